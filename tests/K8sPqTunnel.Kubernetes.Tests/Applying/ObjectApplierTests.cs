using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using K8sPqTunnel.Kubernetes.Applying;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.Meta;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Kubernetes.Tests.Applying;

public sealed class ObjectApplierTests
{
    private static readonly ConfigMap Wanted = new()
    {
        Metadata = new ObjectMeta { Name = "a", Namespace = "ns", Labels = new Dictionary<string, string> { ["app"] = "x" } },
        Data = new Dictionary<string, string> { ["file"] = "<one> & \"two\" ü\n", ["empty"] = "" },
    };

    [Fact]
    public async Task What_is_there_as_it_was_applied_is_left_alone_also_by_a_new_process()
    {
        string applied = await ApplyAsync(null, Wanted);

        Assert.Null(await TryApplyAsync(applied, Wanted));
    }

    [Fact]
    public async Task What_others_have_added_does_not_matter()
    {
        JsonNode live = JsonNode.Parse(await ApplyAsync(null, Wanted))!;
        live["metadata"]!["labels"]!["theirs"] = "1";
        live["data"]!["theirs"] = "1";

        Assert.Null(await TryApplyAsync(live.ToJsonString(), Wanted));
    }

    [Theory]
    [InlineData("data", "file", "three")]
    [InlineData("data", "file", null)]
    [InlineData("data", "empty", "x")]
    public async Task What_somebody_has_changed_or_removed_is_applied_again(string part, string field, string? value)
    {
        JsonNode live = JsonNode.Parse(await ApplyAsync(null, Wanted))!;
        if (value is null)
            live[part]!.AsObject().Remove(field);
        else
            live[part]![field] = value;

        Assert.NotNull(await TryApplyAsync(live.ToJsonString(), Wanted));
    }

    [Fact]
    public async Task A_field_that_is_no_longer_wanted_is_given_up()
    {
        string applied = await ApplyAsync(null, Wanted);
        var less = Wanted with { Data = new Dictionary<string, string> { ["empty"] = "" } };

        string again = (await TryApplyAsync(applied, less))!;

        Assert.Null(JsonNode.Parse(again)!["data"]!["file"]);
    }

    [Fact]
    public void An_object_has_its_own_fields_in_any_order_and_not_those_that_were_taken_or_changed()
    {
        FsCheck.Gen<JsonNode> value = Gen.OneOf(
            Gen.Choose(-5, 5).Select(n => (JsonNode)JsonValue.Create(n)),
            Gen.Elements("", "a", "<&>", "ü\"").Select(t => (JsonNode)JsonValue.Create(t)!),
            Gen.Elements(true, false).Select(b => (JsonNode)JsonValue.Create(b)));
        FsCheck.Gen<JsonNode> list = value.ListOf(3).Select(items => (JsonNode)new JsonArray([.. items.Select(i => i.DeepClone())]));
        FsCheck.Gen<JsonObject> inner = Named(Gen.OneOf(value, list));
        FsCheck.Gen<JsonObject> outer = Named(Gen.OneOf(value, list, inner.Select(o => (JsonNode)o)));

        Prop.ForAll(outer.ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (item, pick) =>
        {
            var all = Prints(item);
            var reversed = new JsonObject(item.Reverse().Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())));
            JsonObject less = item.DeepClone().AsObject();
            var fields = less.Where(f => f.Value is JsonValue).Select(f => f.Key).ToArray();
            if (!Prints(reversed).Contain(all) || !all.Contain(all))
                return false;
            if (fields.Length == 0)
                return true;
            string gone = fields[pick % fields.Length];
            less.Remove(gone);
            bool seesRemoval = !Prints(less).Contain(all) && all.Contain(Prints(less));
            less[gone] = "something else";
            return seesRemoval && !Prints(less).Contain(all);
        }).MustHold();
    }

    private static FsCheck.Gen<JsonObject> Named(FsCheck.Gen<JsonNode> values) =>
        Gen.Elements("a", "b", "c", "d/e").Zip(values).ListOf(4).Select(fields =>
            new JsonObject(fields.DistinctBy(f => f.Item1).Select(f => KeyValuePair.Create(f.Item1, (JsonNode?)f.Item2.DeepClone()))));

    private static FieldPrints Prints(JsonNode item) => FieldPrints.Of(Encoding.UTF8.GetBytes(item.ToJsonString(JsonSerializerOptions.Default)));

    private static async Task<string> ApplyAsync(string? live, ConfigMap wanted) => (await TryApplyAsync(live, wanted))!;

    /// <returns>What was sent; null when nothing was.</returns>
    private static async Task<string?> TryApplyAsync(string? live, ConfigMap wanted)
    {
        await using var api = await FakeApi.StartAsync();
        string? item = live is null ? null : Stored(live);
        api.ThenJson(item is null ? Json.List(5, null) : Json.List(5, null, item)).ThenOpenWatch().ThenJson(Json.Map("a", 6));
        using var client = api.Client();
        using var stop = new CancellationTokenSource();
        var seen = new Informer<AppliedObject>(client.Of(ObjectApplier.Observed(Kinds.ConfigMap)), new InformerOptions(), NullLogger.Instance);
        var running = seen.RunAsync(stop.Token);
        await seen.WaitForSyncAsync(TestContext.Current.CancellationToken);
        await Eventually.True(() => api.Requests.Count == 2, "the watch runs");

        bool applied = await new ObjectApplier(client, "us").ApplyAsync(Kinds.ConfigMap, seen.Store, wanted, TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await running;
        Assert.Equal(applied ? 3 : 2, api.Requests.Count);
        return applied ? api.Requests.Last().Body : null;
    }

    // As the API server keeps it: other escapes, other order, fields of its own.
    private static string Stored(string applied)
    {
        var item = JsonNode.Parse(applied)!.AsObject();
        item.Remove("kind");                                             // as all items of a list
        item.Remove("apiVersion");
        item["metadata"]!["uid"] = "u";
        item["metadata"]!["resourceVersion"] = "5";
        var turned = new JsonObject(item.Reverse().Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())));
        var options = new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return turned.ToJsonString(options);
    }
}

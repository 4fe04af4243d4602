using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using Microsoft.AspNetCore.Http;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.Client;

public sealed class WatchTests
{
    private static readonly WatchOptions From7 = new() { ResourceVersion = "7" };

    [Fact]
    public async Task A_watch_gives_its_events_in_order_and_ends_with_the_answer()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenWatch(
            Json.Event("ADDED", Json.Map("a", 8)),
            "",
            Json.Bookmark(9),
            Json.Event("MODIFIED", Json.Map("a", 10)),
            Json.Event("DELETED", Json.Map("a", 11)));
        using var client = api.Client();

        var events = await ReadAsync(client, From7);

        Assert.Equal(
            [(WatchEventType.Added, "8"), (WatchEventType.Bookmark, "9"), (WatchEventType.Modified, "10"), (WatchEventType.Deleted, "11")],
            events.Select(e => (e.Type, e.ResourceVersion)));
        Assert.Null(events[1].Object);
        var query = Assert.Single(api.Requests).Query;
        Assert.Equal(("true", "true", "7"), (query["watch"], query["allowWatchBookmarks"], query["resourceVersion"]));
        Assert.InRange(int.Parse(query["timeoutSeconds"]), 240, 290);
    }

    [Fact]
    public async Task A_line_cut_off_by_the_end_of_the_connection_is_never_taken_for_an_event()
    {
        await using var api = await FakeApi.StartAsync();
        string line = Json.Event("ADDED", Json.Map("b", 9));
        api.Then(context => context.Response.WriteAsync(Json.Event("ADDED", Json.Map("a", 8)) + "\n" + line[..^1]));
        using var client = api.Client();

        List<string> seen = [];
        await Assert.ThrowsAsync<ApiProtocolException>(async () =>
        {
            await foreach (var next in client.Of(Kinds.ConfigMap).WatchAsync("ns", From7))
                seen.Add(next.ResourceVersion);
        });

        Assert.Equal(["8"], seen);
    }

    [Fact]
    public async Task An_event_that_arrives_octet_by_octet_is_one_event()
    {
        await using var api = await FakeApi.StartAsync();
        api.Then(async context =>
        {
            foreach (char c in Json.Event("ADDED", Json.Map("a", 8)) + "\n")
            {
                await context.Response.WriteAsync(c.ToString());
                await context.Response.Body.FlushAsync();
            }
        });
        using var client = api.Client();

        Assert.Equal("a", Assert.Single(await ReadAsync(client, From7)).Object?.Metadata.Name);
    }

    [Fact]
    public async Task An_error_event_ends_the_watch_with_its_reason()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenWatch(Json.Expired);
        using var client = api.Client();

        var e = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(client, From7));

        Assert.True(e.IsExpired);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":"a"}}}""")]
    [InlineData("""{"type":"SURPRISE","object":{}}""")]
    public async Task A_line_that_is_no_event_is_a_protocol_error(string line)
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenWatch(line);
        using var client = api.Client();

        await Assert.ThrowsAsync<ApiProtocolException>(() => ReadAsync(client, From7));
    }

    [Fact]
    public async Task An_event_larger_than_the_bound_ends_the_watch()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenOpenWatch(Json.Event("ADDED", Json.Map(new string('a', 100_000), 8)).TrimEnd('}'));
        using var client = api.Client(new KubernetesClientOptions { MaxWatchEventBytes = 10_000 });

        await Assert.ThrowsAsync<ApiProtocolException>(() => ReadAsync(client, From7));
    }

    [Fact]
    public async Task A_silent_watch_is_given_up_after_its_timeout_and_grace_and_not_before()
    {
        var time = new ManualTime();
        await using var api = await FakeApi.StartAsync();
        api.ThenOpenWatch(Json.Bookmark(8));
        using var client = api.Client(new KubernetesClientOptions { TimeProvider = time });
        await using var watch = client.Of(Kinds.ConfigMap)
            .WatchAsync("ns", From7 with { Timeout = TimeSpan.FromSeconds(60), Grace = TimeSpan.FromSeconds(5) })
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await watch.MoveNextAsync());

        var next = watch.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(64));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        var e = await Assert.ThrowsAsync<ApiUnreachableException>(() => next);
        Assert.Contains("silent for 65 s", e.Message);
    }

    private static async Task<List<WatchEvent<ConfigMap>>> ReadAsync(KubernetesClient client, WatchOptions options)
    {
        List<WatchEvent<ConfigMap>> events = [];
        await foreach (var next in client.Of(Kinds.ConfigMap).WatchAsync("ns", options))
            events.Add(next);
        return events;
    }
}

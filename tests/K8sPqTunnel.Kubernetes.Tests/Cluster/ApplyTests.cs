using System.Text.Json.Nodes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

public sealed class ApplyTests
{
    [Fact]
    public async Task What_is_no_longer_applied_goes_and_what_others_set_stays()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var maps = cluster.Client.Of(Kinds.ConfigMap);

        await maps.ApplyAsync(Map(cluster, ("ours", "1"), ("old", "1")), "us");
        await maps.ApplyAsync(Map(cluster, ("theirs", "1")), "them");
        var merged = await maps.ApplyAsync(Map(cluster, ("ours", "2")), "us");

        Assert.Equal(["ours=2", "theirs=1"], merged.Data!.Select(d => $"{d.Key}={d.Value}").Order());
        var conflict = await Assert.ThrowsAsync<ApiException>(() => maps.ApplyAsync(Map(cluster, ("theirs", "2")), "us", force: false));
        Assert.True(conflict.IsConflict);
        var forced = await maps.ApplyAsync(Map(cluster, ("theirs", "2")), "us");
        Assert.Equal("2", forced.Data!["theirs"]);
    }

    [Fact]
    public async Task Applying_the_same_again_changes_nothing()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var deployments = cluster.Client.Of(Kinds.Deployment);
        var desired = SampleGateway.Named(cluster.Meta("edge"));

        var first = await deployments.ApplyAsync(desired, "us");
        var second = await deployments.ApplyAsync(desired, "us");

        Assert.Equal(first.Metadata.Generation, second.Metadata.Generation);
        var pod = second.Spec!.Template.Spec;
        Assert.Equal("NET_ADMIN", Assert.Single(Assert.Single(pod.Containers).SecurityContext!.Capabilities!.Add!));
        Assert.Equal("pqtunnel.io", pod.Volumes!.Single(v => v.Name == "identity").Projected!.Sources[0].ServiceAccountToken!.Audience);
        Assert.Equal("CharDevice", pod.Volumes!.Single(v => v.Name == "tun").HostPath!.Type);
    }

    [Fact]
    public async Task The_status_is_applied_apart_from_the_spec_and_does_not_count_as_a_change_of_it()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var widgets = await WidgetsAsync(cluster);
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var widget = new Widget { Metadata = cluster.Meta("w"), Spec = new WidgetSpec { Colour = "red", Size = 1 } };
        var created = await widgets.ApplyAsync(widget, "us");

        var status = new WidgetStatus
        {
            Conditions = [new() { Type = "Ready", Status = ConditionStatus.True, Reason = "Up", Message = "All is well.", LastTransitionTime = at }],
        };
        var blue = widget with { Spec = new WidgetSpec { Colour = "blue" }, Status = status };
        var after = await widgets.ApplyStatusAsync(blue, "us");

        Assert.Equal(("red", 1), (after.Spec!.Colour, after.Spec.Size));
        Assert.Equal(created.Metadata.Generation, after.Metadata.Generation);
        Assert.Equal(status.Conditions[0], Assert.Single(after.Status!.Conditions!));
        Assert.NotEqual(created.Metadata.ResourceVersion, after.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_finalizer_holds_the_object_until_it_is_removed()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var widgets = await WidgetsAsync(cluster);
        var stale = await widgets.CreateAsync(new Widget { Metadata = cluster.Meta("w") });

        var held = await widgets.AddFinalizerAsync(stale, "test.pqtunnel.io/teardown");
        var conflict = await Assert.ThrowsAsync<ApiException>(() => widgets.AddFinalizerAsync(stale, "test.pqtunnel.io/other"));
        Assert.True(conflict.IsConflict);

        await widgets.DeleteAsync(held.Metadata.Key);
        var dying = await widgets.GetAsync(held.Metadata.Key);
        Assert.True(dying.Metadata.IsBeingDeleted);

        await widgets.RemoveFinalizerAsync(dying, "test.pqtunnel.io/teardown");
        Assert.Null(await widgets.FindAsync(held.Metadata.Key));
    }

    [Fact]
    public async Task Merge_and_JSON_patches_change_what_they_name()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var widgets = await WidgetsAsync(cluster);
        await widgets.CreateAsync(new Widget { Metadata = cluster.Meta("w"), Spec = new WidgetSpec { Colour = "red", Size = 1 } });

        var merged = await widgets.PatchAsync(
            cluster.Key("w"), Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["colour"] = null } }));
        var patched = await widgets.PatchAsync(
            cluster.Key("w"), Patch.Json([new JsonObject { ["op"] = "replace", ["path"] = "/spec/size", ["value"] = 3 }]));

        Assert.Equal((null, 1), (merged.Spec!.Colour, merged.Spec.Size));
        Assert.Equal(3, patched.Spec!.Size);
    }

    internal static async Task<ResourceClient<Widget>> WidgetsAsync(RealCluster cluster)
    {
        await cluster.Client.Of(WidgetJson.Definitions).ApplyAsync(WidgetDefinition.Desired, "kube-tests");
        var widgets = cluster.Client.Of(WidgetJson.Widgets);
        for (int i = 0; ; i++)
        {
            try
            {
                await widgets.ListAsync(cluster.Namespace);
                return widgets;
            }
            catch (ApiException e) when (e.IsNotFound && i < 200)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    private static ConfigMap Map(RealCluster cluster, params (string Key, string Value)[] data) =>
        new() { Metadata = cluster.Meta("m"), Data = data.ToDictionary(d => d.Key, d => d.Value) };
}

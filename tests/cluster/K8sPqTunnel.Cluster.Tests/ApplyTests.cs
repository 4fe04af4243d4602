using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>What GitOps tools and other controllers rely on.</summary>
public sealed class ApplyTests(ClusterRealm realm)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tunnel_that_is_applied_again_differs_in_nothing_and_is_not_touched()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "applied-twice");
        await scene.StartPeerAsync();
        TunnelView before = await scene.BringUpAsync();

        string manifest = Manifests.Tunnel(scene.Name, new TunnelSpec());
        CommandResult diff = await DiffAsync(manifest);
        Assert.True(diff.Succeeded, diff.Output + diff.Errors);
        CommandResult again = await scene.ApplyAsync();
        Assert.Contains($"ipsectunnel.pqtunnel.io/{TunnelSpec.Name} unchanged", again.Output, StringComparison.Ordinal);
        TunnelView after = await scene.ViewAsync();
        Assert.Equal((before.ObservedGeneration, before.Spis, before.Pod), (after.ObservedGeneration, after.Spis, after.Pod));

        // A test of the test: what is really different, differs.
        CommandResult other = await DiffAsync(Manifests.Tunnel(scene.Name, new TunnelSpec { Probe = false }));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("-  probe:", other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_field_manager_has_set_survives_the_user_and_the_operator()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "other-manager");
        await scene.StartPeerAsync();
        TunnelView before = await scene.BringUpAsync();
        (await realm.Kubectl.ApplyAsync($$"""
            apiVersion: pqtunnel.io/v1alpha1
            kind: IpsecTunnel
            metadata: {name: {{TunnelSpec.Name}}, namespace: {{scene.Name}}, labels: {team: blue} }
            spec: {mtu: {probeInterval: 11m} }
            """, Stop, "--server-side", "--field-manager=another", "--validate=false")).EnsureSuccess();
        string[] made = ["replicaset", "configmap", "serviceaccount"];
        foreach (string kind in made)
            await KubectlAsync(scene, "label", kind, $"pqtunnel-{TunnelSpec.Name}", "team=blue", "--field-manager=another");

        // Both the user and the operator write all that is theirs.
        (await scene.ApplyAsync(new TunnelSpec { Probe = false })).EnsureSuccess();
        await scene.WaitAsync("the change is made", view => view.IsReady && view.ObservedGeneration == before.ObservedGeneration + 2);
        Assert.Equal("blue 11m", await KubectlAsync(scene, "get", "ipsectunnel", TunnelSpec.Name, "--output", "jsonpath={.metadata.labels.team} {.spec.mtu.probeInterval}"));
        foreach (string kind in made)
            Assert.Equal("blue", await KubectlAsync(scene, "get", kind, $"pqtunnel-{TunnelSpec.Name}", "--output", "jsonpath={.metadata.labels.team}"));
        Assert.Equal(5, (await scene.PingAsync(5)).Received);
    }

    // 0: no difference; 1: one.
    private Task<CommandResult> DiffAsync(string manifest) =>
        (realm.Kubectl.Command("diff", "--filename", "-") with { Input = manifest }).RunAsync(Stop);

    private Task<string> KubectlAsync(TunnelScene scene, params string[] arguments) => realm.Kubectl.RunAsync(Stop, ["--namespace", scene.Name, .. arguments]);
}

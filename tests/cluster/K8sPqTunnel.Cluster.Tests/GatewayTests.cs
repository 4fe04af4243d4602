using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>Several tunnels in one gateway pod.</summary>
public sealed class GatewayTests(ClusterRealm realm)
{
    private const string Gateway = "edge";
    private const string Other = "other";

    [Fact]
    public async Task Adding_changing_and_deleting_one_tunnel_of_a_gateway_does_not_touch_another()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "shared-gateway");
        await scene.StartPeerAsync();
        await scene.ApplySecretAsync();
        (await realm.Kubectl.ApplyAsync(Manifests.Gateway(scene.Name, Gateway, realm.Node.Name), stop)).EnsureSuccess();
        (await scene.ApplyAsync(new TunnelSpec { Gateway = Gateway })).EnsureSuccess();
        TunnelView before = await scene.WaitUntilReadyAsync();
        string pod = await scene.GatewayAsync(".metadata.uid");

        Task<PingSummary> pings = scene.PingAsync(200);
        // Its Secret is new too: the pod cannot mount it, and does not need to.
        (await realm.Kubectl.ApplyAsync(Manifests.Secret(scene.Name, "key-of-the-other-tunnel", "other-psk"), stop)).EnsureSuccess();
        TunnelSpec other = new() { Gateway = Gateway, RemoteNetwork = "10.99.0.0/24", PeerAddress = "192.0.2.77", SecretName = "other-psk", Probe = false };
        (await scene.ApplyAsync(other, Other)).EnsureSuccess();
        await scene.WaitAsync("the other tunnel is tried", view => view.Condition("Established") is { Status: "False" } && view.Pod == before.Pod, Other);
        (await scene.ApplyAsync(other with { RemoteNetwork = "10.98.0.0/24" }, Other)).EnsureSuccess();
        await scene.WaitAsync("the change has come to the daemon",
            view => view.ObservedGeneration == 2 && view.Condition("Ready") is { Reason: not "SpecRollout" } && view.Condition("Established") is { Status: "False" }, Other);
        await scene.DeleteAsync(Other);
        PingSummary during = await pings;

        Assert.Equal(during.Sent, during.Received);
        TunnelView after = await scene.WaitUntilReadyAsync();
        Assert.Equal(before.Spis, after.Spis);
        Assert.Equal(pod, await scene.GatewayAsync(".metadata.uid"));
        Assert.Equal("0", await scene.GatewayAsync(".status.containerStatuses[0].restartCount"));
        string listing = await realm.Kubectl.RunAsync(stop, "--namespace", scene.Name, "get", "ipgw");
        Assert.Matches($@"{Gateway} +True +1 +1 +{realm.Node.Name}", listing);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
    }

    [Fact]
    public async Task A_second_tunnel_with_the_same_networks_waits_and_says_for_whom()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "same-networks");
        await scene.ApplySecretAsync();
        var spec = new TunnelSpec { Gateway = Gateway };
        (await scene.ApplyAsync(spec)).EnsureSuccess();
        await scene.WaitForComplaintAsync($"no IpsecGateway \"{Gateway}\"");
        (await realm.Kubectl.ApplyAsync(Manifests.Gateway(scene.Name, Gateway, realm.Node.Name), stop)).EnsureSuccess();
        await scene.WaitAsync("the first tunnel is taken up", view => view.Condition("Stalled") is { Status: "False" } && view.Pod is not null);

        (await scene.ApplyAsync(spec, Other)).EnsureSuccess();
        await scene.WaitAsync("the second waits for the first",
            view => view.Condition("Stalled") is { Status: "True", Reason: "SelectorsTaken", Message: { } message } && message.Contains(TunnelSpec.Name, StringComparison.Ordinal), Other);
        await scene.DeleteAsync();
        await scene.WaitAsync("the second begins", view => view.Condition("Stalled") is { Status: "False" }, Other);
        await scene.DeleteAsync(Other);
    }

    [Fact]
    public async Task A_container_that_dies_while_the_operator_is_away_comes_back_with_a_tunnel_that_was_added_after_its_pod_was_made()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "cold-start");
        await scene.StartPeerAsync();
        (await realm.Kubectl.ApplyAsync(Manifests.Gateway(scene.Name, Gateway, realm.Node.Name), stop)).EnsureSuccess();
        await Wait.UntilAsync("the gateway runs", async () => (await realm.Kubectl.TryAsync(stop, "--namespace", scene.Name, "get", "ipgw", Gateway,
            "--output", "jsonpath={.status.conditions[?(@.type=='Ready')].status}")).Output == "True", TimeSpan.FromSeconds(90), stop);
        await scene.ApplySecretAsync();
        (await scene.ApplyAsync(new TunnelSpec { Gateway = Gateway })).EnsureSuccess();
        await scene.WaitUntilReadyAsync();

        await using (await OperatorAway.SendAsync(realm))
        {
            await scene.KillDaemonAsync();
            await Wait.UntilAsync("packets pass again without an operator", async () => (await scene.PingAsync(3)).Received == 3, TimeSpan.FromSeconds(90), stop);
        }

        await scene.WaitUntilReadyAsync();
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
    }
}

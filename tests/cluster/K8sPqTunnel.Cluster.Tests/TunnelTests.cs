using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>What a user gets for kubectl apply.</summary>
public sealed class TunnelTests(ClusterRealm realm)
{
    [Fact]
    public async Task Without_a_tunnel_the_same_ping_crosses_the_wire_in_clear_so_these_tests_would_see_a_leak()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "control");

        Assert.Equal(3, (await scene.PingAsync(3)).Received);

        WireReport wire = await scene.StopCaptureAsync();
        Assert.Equal(6, wire[PacketClass.Clear]);
        Assert.False(wire.NothingLeaked);
    }

    [Fact]
    public async Task Applying_a_tunnel_encrypts_what_the_nodes_pods_send_to_the_remote_site()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "applied");
        await scene.StartPeerAsync();

        await scene.BringUpAsync();
        Assert.Equal(20, (await scene.PingAsync(20)).Received);

        Assert.Contains("ECP_384/KE1_ML_KEM_768", await scene.Peer.ListSasAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
        Assert.InRange(wire.Esp, 40, int.MaxValue);
        Assert.InRange(wire.Ike, 6, int.MaxValue);
    }

    [Fact]
    public async Task The_status_says_what_the_tunnel_is_made_of()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "status");
        await scene.StartPeerAsync();

        TunnelView view = await scene.BringUpAsync();

        Assert.Equal("True", view.Condition("Established")?.Status);
        Assert.Equal("True", view.Condition("QuantumSafe")?.Status);
        Assert.Equal("True", view.Condition("DataPathHealthy")?.Status);
        Assert.Equal("False", view.Condition("Reconciling")?.Status);
        Assert.Equal("False", view.Condition("Stalled")?.Status);
        Assert.All(view.Conditions, condition => Assert.False(string.IsNullOrWhiteSpace(condition.Message)));
        Assert.Equal(1, view.ObservedGeneration);
        Assert.True(view.QuantumSafe);
        Assert.Equal("P-384 + ML-KEM-768", view.KeyExchange);
        Assert.StartsWith(RemoteSite.Address, view.Peer);
        Assert.Equal("userspace", view.Dataplane);
        Assert.Equal(realm.Node.Name, view.Node);
        Assert.Matches("^[0-9a-f]{8}/[0-9a-f]{8}$", view.Spis);
        Assert.NotNull(view.Rtt);

        string listing = await realm.Kubectl.RunAsync(TestContext.Current.CancellationToken, "--namespace", scene.Name, "get", "ipt");
        Assert.Matches($@"{TunnelSpec.Name} +True +{RemoteSite.Address}", listing);
    }

    [Fact]
    public async Task The_operator_sees_the_peer_go_and_the_tunnel_is_no_longer_Ready()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "peer-gone");
        await scene.StartPeerAsync();
        await scene.BringUpAsync();

        await realm.Site.StopPeerAsync();

        await scene.WaitForComplaintAsync(RemoteSite.Address);
        Assert.Equal(0, (await scene.PingAsync(5)).Received);
        WireReport wire = await scene.StopCaptureAsync();
        // Nothing of the workload's: the site's host says that nobody listens on its IKE port any more.
        Assert.All(wire.Clear, packet => Assert.StartsWith($"{RemoteSite.Address} > {ClusterNetwork.NodeAddress(1)} ICMP", packet.Description));
    }
}

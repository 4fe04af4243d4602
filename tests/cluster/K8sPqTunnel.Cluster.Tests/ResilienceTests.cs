using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Demo;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>What happens when parts of it die.</summary>
public sealed class ResilienceTests(ClusterRealm realm)
{
    [Fact]
    public async Task A_killed_daemon_lets_nothing_out_in_clear_and_its_successor_brings_the_tunnel_back()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "killed");
        await scene.StartPeerAsync();
        await scene.BringUpAsync();

        Task<PingSummary> pings = scene.PingAsync(150);
        await scene.KillDaemonAsync();
        PingSummary during = await pings;

        await scene.WaitUntilReadyAsync();
        Assert.Equal("1", await scene.GatewayAsync(".status.containerStatuses[0].restartCount"));
        Assert.InRange(during.Received, 1, during.Sent - 1);       // it was really away, and it came back
        Assert.Equal(5, (await scene.PingAsync(5)).Received);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
    }

    [Fact]
    public async Task A_tunnel_outlives_the_operator()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "operator-away");
        await scene.StartPeerAsync();
        await scene.BringUpAsync();
        CancellationToken stop = TestContext.Current.CancellationToken;

        await realm.Kubectl.RunAsync(stop, "--namespace", "pqtunnel-system", "delete", "pod", "--selector", "app.kubernetes.io/name=pqtunnel-operator", "--wait");

        Assert.Equal(10, (await scene.PingAsync(10)).Received);
        await realm.Client.InstallAsync(stop);
        await scene.WaitUntilReadyAsync();
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
    }
}

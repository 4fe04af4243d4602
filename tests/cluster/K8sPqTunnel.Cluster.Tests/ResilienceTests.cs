using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Kubernetes;

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

        await using (await OperatorAway.SendAsync(realm))
            Assert.Equal(10, (await scene.PingAsync(10)).Received);

        await scene.WaitUntilReadyAsync();
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
    }

    [Fact]
    public async Task When_the_replica_that_leads_dies_another_takes_its_place_and_the_tunnel_goes_on()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "leader-killed");
        await scene.StartPeerAsync();
        TunnelView before = await scene.BringUpAsync();
        await using OperatorReplicas replicas = await OperatorReplicas.ScaleAsync(realm, 2);
        string leader = await replicas.LeaderAsync();

        Task<PingSummary> pings = scene.PingAsync(300);
        await replicas.KillAsync(leader);
        await replicas.WaitForAnotherLeaderAsync(leader);
        PingSummary during = await pings;
        Assert.Equal(during.Sent, during.Received);

        (await scene.ApplyAsync(new TunnelSpec { Probe = false })).EnsureSuccess();
        await scene.WaitAsync("the new leader has the change made", view => view.IsReady && view.ObservedGeneration == before.ObservedGeneration + 1);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
    }

    [Fact]
    public async Task A_tunnel_outlives_the_API_server_and_etcd_and_follows_changes_when_they_are_back()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "control-plane-killed");
        await scene.StartPeerAsync();
        TunnelView before = await scene.BringUpAsync();
        CancellationToken stop = TestContext.Current.CancellationToken;

        await using PodPing ping = await PodPing.StartAsync(realm, 400);
        await realm.Cluster.KillControlPlaneAsync();
        try
        {
            // The operator's lease ends meanwhile (10 s without being renewed).
            await ping.WaitForAsync(200);
        }
        finally
        {
            await realm.Cluster.RestartControlPlaneAsync(stop);
        }

        PingSummary during = await ping.FinishAsync();
        Assert.Equal((400, 400), (during.Sent, during.Received));
        (await scene.ApplyAsync(new TunnelSpec { Probe = false })).EnsureSuccess();
        await scene.WaitAsync("the operator has the change made", view => view.IsReady && view.ObservedGeneration == before.ObservedGeneration + 1);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
    }
}

using K8sPqTunnel.Interop.Tests;
using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>Mode Route in the kernel: an xfrm interface, SAs for all addresses, and routes that choose the packets.</summary>
public sealed class RouteTests
{
    private static readonly PeerConnection Everything = Connections.Remote with { LocalNetwork = "0.0.0.0/0", RemoteNetwork = "0.0.0.0/0" };

    private static readonly TunnelFile Routed = new()
    {
        Traffic = """
            {"mode": "Route", "interface": {"name": "cf0", "addresses": ["169.254.240.1/31"]},
             "routes": [{"to": "10.20.0.0/24"}, {"to": "0.0.0.0/0"}], "rules": [{"from": "10.1.0.0/24"}]}
            """,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_packet_is_lost_through_rekeys_and_a_kill_none_is_clear_and_taking_the_tunnel_down_leaves_nothing()
    {
        await using KernelScene scene = await KernelScene.SetAsync("routed");
        await scene.StartPeerAsync(Everything);
        NetworkSnapshot before = await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop);
        (PqTunnel daemon, TunnelStatus up) = await scene.BringUpAsync(Routed);
        Assert.Equal("Xfrm", up.Dataplane);
        Assert.Equal(["0.0.0.0/0"], Assert.Single(up.Children).Remote);

        Traffic traffic = await scene.StartTrafficAsync();
        (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "the child SA is rekeyed", status => status.Children is [{ Generation: 1 }]);
        (await daemon.RekeyAsync("--ike", Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "the IKE SA is rekeyed", status => status.Ike!.InitiatorSpi != up.Ike!.InitiatorSpi);
        await daemon.Up.KillAsync();
        Assert.True(await scene.PingAsync(20));
        (int sent, IReadOnlyList<int> lost) = await traffic.StopAsync();
        Assert.Empty(lost);
        Assert.True(sent > 50);

        traffic = await scene.StartTrafficAsync();
        (daemon, _) = await scene.BringUpAsync(Routed);
        Assert.True(await scene.PingAsync(20));
        (_, lost) = await traffic.StopAsync();
        Assert.True(Traffic.Gaps(lost) <= 1, $"lost {string.Join(", ", lost)}");
        WireReport wire = await scene.SeenAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.Esp] > 100, wire.ToString());

        (await daemon.DownAsync(Stop)).EnsureSuccess();
        Assert.Equal(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop));
        Assert.Equal("", await scene.ShellAsync("ip xfrm state"));
    }

    [Fact]
    public async Task While_the_peer_is_away_nothing_is_clear_and_what_is_blocked_is_counted()
    {
        await using KernelScene scene = await KernelScene.SetAsync("routed-blocked");
        StrongSwan peer = await scene.StartPeerAsync(Everything);
        (PqTunnel daemon, _) = await scene.BringUpAsync(Routed with { NoticesSilenceSoon = true });
        Assert.True(await scene.PingAsync(5));
        await peer.KillAsync();
        await KernelScene.UntilAsync(daemon, "the silence is noticed", status => status.Children is []);
        long before = await BlockedAsync(daemon);
        Assert.False(await scene.PingAsync(10));
        Assert.Equal(before + 10, await BlockedAsync(daemon));

        await scene.StartPeerAsync(Everything);
        await KernelScene.UntilAsync(daemon, "packets pass again", status => status.Ready);
        Assert.True(await scene.PingAsync(5));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    private static async Task<long> BlockedAsync(PqTunnel daemon) =>
        (await daemon.StatusAsync(Stop))!.Counters.Drops.GetValueOrDefault("XfrmOutPolBlock");
}

using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>Somebody sends all the time, whatever happens to the tunnel: nothing of it crosses the wire in clear.</summary>
public sealed class LeakTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_clear_through_start_rekey_kill_upgrade_peer_loss_and_stop_until_the_tunnel_is_taken_down()
    {
        await using KernelScene scene = await KernelScene.SetAsync("leak");
        StrongSwan peer = await scene.StartPeerAsync();
        // Before the daemon there is no block, and the way is open.
        Assert.True(await scene.PingAsync(1));
        PqTunnel daemon = await scene.StartDaemonAsync();
        await KernelScene.UntilAsync(daemon, "the daemon answers", _ => true);
        int before = (await scene.SeenAsync())[PacketClass.Clear];
        Traffic traffic = await scene.StartTrafficAsync();
        await KernelScene.UntilAsync(daemon, "packets pass", status => status.Ready);

        (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "the child SA is rekeyed", status => status.Children is [{ Generation: 1 }]);
        await daemon.Up.KillAsync();
        // The upgrade: another configuration, with another cipher and the other data plane, and back.
        (daemon, _) = await scene.BringUpAsync(new TunnelFile { Dataplane = "Userspace", Child = "aes256gcm16" });
        await daemon.Up.KillAsync();
        (daemon, TunnelStatus status) = await scene.BringUpAsync();
        Assert.Equal("Xfrm", status.Dataplane);

        await peer.KillAsync();
        await scene.StartPeerAsync();
        await daemon.StopAsync();
        await traffic.StopAsync();
        Assert.False(await scene.PingAsync(3));
        WireReport closed = await scene.SeenAsync();
        Assert.Equal(0, closed.Missed);
        Assert.True(closed[PacketClass.Clear] == before, string.Join('\n', closed.Clear));
        Assert.True(closed[PacketClass.Esp] > 0 && closed[PacketClass.EspInUdp] > 0);

        (await daemon.DownAsync(Stop)).EnsureSuccess();
        await scene.PingAsync(2);
        WireReport opened = await scene.StopCaptureAsync();
        Assert.Equal(before + 2, opened[PacketClass.Clear]);
        Assert.Equal(0, opened.Missed);
    }

    [Fact]
    public async Task Where_the_block_is_taken_out_on_purpose_the_same_look_finds_clear_packets()
    {
        await using KernelScene scene = await KernelScene.SetAsync("leak-on-purpose");
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync();
        await daemon.Up.KillAsync();
        Assert.True(await scene.PingAsync(2));
        await scene.ShellAsync("ip xfrm policy flush");
        // The way that the tunnel's routes show leads over the wire: without the policies nothing stops a packet there.
        await scene.Network.PingAsync(3, 1, Stop);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire[PacketClass.Clear] > 0, wire.ToString());
        Assert.Contains(wire.Clear, packet => packet.Description.Contains(TunnelNetwork.WorkloadAddress, StringComparison.Ordinal));
    }
}

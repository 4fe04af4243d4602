using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>Somebody sends all the time, whatever happens to the tunnel: nothing of it crosses the wire in clear. In the kernel; tests/interop has user space.</summary>
public sealed class LeakTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_clear_through_start_rekeys_kill_upgrade_and_peer_loss_until_the_tunnel_is_taken_down(bool overIpv6)
    {
        await using KernelScene scene = await KernelScene.SetAsync($"leak-{(overIpv6 ? "ipv6" : "ipv4")}");
        await new LeakStory(scene, "Xfrm", overIpv6).HoldsAsync();
    }

    [Fact]
    public async Task Where_the_block_is_taken_out_on_purpose_the_same_look_finds_clear_packets()
    {
        await using KernelScene scene = await KernelScene.SetAsync("leak-on-purpose");
        await new LeakStory(scene, "Xfrm", overIpv6: false).FindsWhatLeaksAsync();
    }

    [Fact]
    public async Task Nothing_is_clear_when_the_data_plane_changes_from_the_kernel_to_user_space_and_back()
    {
        await using KernelScene scene = await KernelScene.SetAsync("leak-planes");
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync();
        await using Traffic traffic = await scene.StartTrafficAsync();
        await daemon.Up.KillAsync();
        (daemon, _) = await scene.BringUpAsync(new TunnelFile { Dataplane = "Userspace", Child = "aes256gcm16" });
        await daemon.Up.KillAsync();
        (daemon, TunnelStatus status) = await scene.BringUpAsync();
        Assert.Equal("Xfrm", status.Dataplane);
        await daemon.StopAsync();
        Assert.True(await scene.PingAsync(3));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.Esp] > 0 && wire[PacketClass.EspInUdp] > 0);
    }
}

using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>The daemon in user space with <c>transport.encapsulation: BehindNat</c>, and a strongSwan whose kernel takes ESP straight over IP.</summary>
public sealed class RawEspTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NatPlace.None)]
    [InlineData(NatPlace.Gateway)]
    public async Task Packets_go_straight_over_IP_unless_there_is_a_NAT_also_through_a_rekey(NatPlace nat)
    {
        await using KernelScene scene = await KernelScene.SetAsync($"raw-esp-{nat}", nat);
        await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus status) = await scene.BringUpAsync(
            new TunnelFile { Dataplane = "Userspace", Encapsulation = "BehindNat", PeerAddress = scene.Network.RemoteSeenAs });
        Assert.Equal("Userspace", status.Dataplane);
        Assert.Equal(nat == NatPlace.None ? "Udp" : "UdpEncapsulated", status.Transport);

        Traffic traffic = await scene.StartTrafficAsync();
        (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "the child SA is rekeyed", now => now.Children is [{ Generation: 1 }]);
        (int sent, IReadOnlyList<int> lost) = await traffic.StopAsync();
        Assert.Empty(lost);
        Assert.True(sent > 20);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[nat == NatPlace.None ? PacketClass.Esp : PacketClass.EspInUdp] > 20, wire.ToString());
        Assert.Equal(0, wire[nat == NatPlace.None ? PacketClass.EspInUdp : PacketClass.Esp]);
    }
}

using K8sPqTunnel.Interop.Tests;
using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>IPv6 inside, outside or both, both ends in the kernel.</summary>
public sealed class Ipv6Tests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Packets_of_either_family_pass_over_either_also_through_a_rekey_and_none_is_clear(bool outside, bool inside)
    {
        await using KernelScene scene = await KernelScene.SetAsync($"ipv6-{outside}-{inside}");
        await Ipv6Sites.AddAsync(scene.Network, Stop);
        PeerConnection peer = outside ? Connections.Remote with { LocalAddress = Ipv6Sites.RemoteAddress, RemoteAddress = Ipv6Sites.GatewayAddress } : Connections.Remote;
        await scene.StartPeerAsync(inside ? peer with { LocalNetwork = Ipv6Sites.RemoteNetwork, RemoteNetwork = Ipv6Sites.LocalNetwork } : peer);
        TunnelFile tunnel = outside ? new TunnelFile { PeerAddress = Ipv6Sites.RemoteAddress } : new TunnelFile();
        (PqTunnel daemon, TunnelStatus status) = await scene.BringUpAsync(
            inside ? tunnel with { Local = [Ipv6Sites.LocalNetwork], Remote = [Ipv6Sites.RemoteNetwork], ProbeTarget = Ipv6Sites.RemoteHost } : tunnel);
        Assert.Equal(("Xfrm", "Udp"), (status.Dataplane, status.Transport));

        Traffic traffic = await scene.StartTrafficAsync(inside ? Ipv6Sites.RemoteHost : TunnelNetwork.RemoteHost);
        (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "the child SA is rekeyed", now => now.Children is [{ Generation: 1 }]);
        (int sent, IReadOnlyList<int> lost) = await traffic.StopAsync();
        Assert.Empty(lost);
        Assert.True(sent > 20);
        WireReport wire = await scene.StopCaptureAsync(Ipv6Sites.Gateways);
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.Esp] > 20);
    }
}

using System.Net;
using K8sPqTunnel.Interop.Tests;
using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>IPv6 inside, outside or both, both ends in the kernel.</summary>
public sealed class Ipv6Tests
{
    private const string GatewayAddress = "2001:db8:1::1";
    private const string RemoteAddress = "2001:db8:1::7";
    private const string RemoteHost = "fd00:20::1";
    private const string LocalNetwork = "fd00:1::/64";
    private const string RemoteNetwork = "fd00:20::/64";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Packets_of_either_family_pass_over_either_also_through_a_rekey_and_none_is_clear(bool outside, bool inside)
    {
        await using KernelScene scene = await KernelScene.SetAsync($"ipv6-{outside}-{inside}");
        await AddIpv6Async(scene.Network);
        PeerConnection peer = outside ? Connections.Remote with { LocalAddress = RemoteAddress, RemoteAddress = GatewayAddress } : Connections.Remote;
        await scene.StartPeerAsync(inside ? peer with { LocalNetwork = RemoteNetwork, RemoteNetwork = LocalNetwork } : peer);
        TunnelFile tunnel = outside ? new TunnelFile { PeerAddress = RemoteAddress } : new TunnelFile();
        (PqTunnel daemon, TunnelStatus status) = await scene.BringUpAsync(
            inside ? tunnel with { Local = [LocalNetwork], Remote = [RemoteNetwork], ProbeTarget = RemoteHost } : tunnel);
        Assert.Equal(("Xfrm", "Udp"), (status.Dataplane, status.Transport));

        Traffic traffic = await scene.StartTrafficAsync(inside ? RemoteHost : TunnelNetwork.RemoteHost);
        (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "the child SA is rekeyed", now => now.Children is [{ Generation: 1 }]);
        (int sent, IReadOnlyList<int> lost) = await traffic.StopAsync();
        Assert.Empty(lost);
        Assert.True(sent > 20);
        WireReport wire = await scene.StopCaptureAsync(IPAddress.Parse(GatewayAddress), IPAddress.Parse(RemoteAddress));
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.Esp] > 20);
    }

    /// <summary>Gives the sites IPv6 addresses, and routes over the wire that lead past the tunnel.</summary>
    private static async Task AddIpv6Async(TunnelNetwork network)
    {
        foreach (Site site in (Site[])[network.Workload, network.Gateway, network.Remote])
        {
            (await site.RunAsync(
                new Command("sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1"), Stop)).EnsureSuccess();
        }
        await network.Workload.IpAsync("address add fd00:1::2/64 dev lan nodad", Stop);
        await network.Gateway.IpAsync("address add fd00:1::1/64 dev lan nodad", Stop);
        await network.Gateway.IpAsync($"address add {GatewayAddress}/64 dev {TunnelNetwork.Wire} nodad", Stop);
        await network.Remote.IpAsync($"address add {RemoteAddress}/64 dev {TunnelNetwork.Wire} nodad", Stop);
        await network.Remote.IpAsync($"address add {RemoteHost}/128 dev lo nodad", Stop);
        await network.Workload.IpAsync("-6 route add default via fd00:1::1", Stop);
        await network.Gateway.IpAsync($"-6 route add default via {RemoteAddress}", Stop);
        await network.Remote.IpAsync($"-6 route add {LocalNetwork} via {GatewayAddress}", Stop);
    }
}

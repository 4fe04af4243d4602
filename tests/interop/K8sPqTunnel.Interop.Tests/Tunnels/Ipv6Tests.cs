using System.Net;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>IPv6 outside, and inside besides IPv4.</summary>
public sealed class Ipv6Tests(Realm realm)
{
    private const string GatewayAddress = "2001:db8:1::1";
    private const string RemoteAddress = "2001:db8:1::7";
    private const string WorkloadAddress = "fd00:1::2";
    private const string RemoteHost = "fd00:20::1";
    private const string LocalNetwork = "fd00:1::/64";
    private const string RemoteNetwork = "fd00:20::/64";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tunnel_over_IPv6_carries_both_families()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "ipv6");
        await AddIpv6Async(scene.Network);
        await scene.StartPeerAsync(Connections.Remote with
        {
            LocalAddress = RemoteAddress,
            RemoteAddress = GatewayAddress,
            LocalNetwork = $"{TunnelNetwork.RemoteNetwork},{RemoteNetwork}",
            RemoteNetwork = $"{TunnelNetwork.LocalNetwork},{LocalNetwork}",
        });

        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile
        {
            PeerAddress = RemoteAddress,
            Local = [TunnelNetwork.LocalNetwork, LocalNetwork],
            Remote = [TunnelNetwork.RemoteNetwork, RemoteNetwork],
            ProbeTarget = RemoteHost,
        });

        Assert.Equal($"[{RemoteAddress}]:4500", status.Peer);
        Assert.True(await scene.PingAsync(5));
        (await scene.Network.Workload.RunAsync(
            new Command("ping", "-n", "-q", "-i", "0.05", "-c", "5", "-W", "2", RemoteHost), Stop)).EnsureSuccess();
        (await scene.Network.Workload.RunAsync(
            new Command("ping", "-n", "-q", "-c", "1", "-W", "2", "-M", "do", "-s", "1300", RemoteHost), Stop)).EnsureSuccess();
        WireReport wire = await scene.StopCaptureAsync(IPAddress.Parse(GatewayAddress), IPAddress.Parse(RemoteAddress));
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.EspInUdp] >= 22);
    }

    /// <summary>Gives the sites IPv6 addresses, and routes over the wire that lead past the tunnel.</summary>
    private static async Task AddIpv6Async(TunnelNetwork network)
    {
        foreach (Site site in (Site[])[network.Workload, network.Gateway, network.Remote])
        {
            (await site.RunAsync(
                new Command("sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1"), Stop)).EnsureSuccess();
        }
        await network.Workload.IpAsync($"address add {WorkloadAddress}/64 dev lan nodad", Stop);
        await network.Gateway.IpAsync("address add fd00:1::1/64 dev lan nodad", Stop);
        await network.Gateway.IpAsync($"address add {GatewayAddress}/64 dev {TunnelNetwork.Wire} nodad", Stop);
        await network.Remote.IpAsync($"address add {RemoteAddress}/64 dev {TunnelNetwork.Wire} nodad", Stop);
        await network.Remote.IpAsync($"address add {RemoteHost}/128 dev lo nodad", Stop);
        await network.Workload.IpAsync("-6 route add default via fd00:1::1", Stop);
        await network.Gateway.IpAsync($"-6 route add default via {RemoteAddress}", Stop);
        await network.Remote.IpAsync($"-6 route add {LocalNetwork} via {GatewayAddress}", Stop);
    }
}

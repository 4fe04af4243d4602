using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>IPv6 outside, and inside besides IPv4.</summary>
public sealed class Ipv6Tests(Realm realm)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tunnel_over_IPv6_carries_both_families()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "ipv6");
        await Ipv6Sites.AddAsync(scene.Network, Stop);
        await scene.StartPeerAsync(Connections.Remote with
        {
            LocalAddress = Ipv6Sites.RemoteAddress,
            RemoteAddress = Ipv6Sites.GatewayAddress,
            LocalNetwork = $"{TunnelNetwork.RemoteNetwork},{Ipv6Sites.RemoteNetwork}",
            RemoteNetwork = $"{TunnelNetwork.LocalNetwork},{Ipv6Sites.LocalNetwork}",
        });

        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile
        {
            PeerAddress = Ipv6Sites.RemoteAddress,
            Local = [TunnelNetwork.LocalNetwork, Ipv6Sites.LocalNetwork],
            Remote = [TunnelNetwork.RemoteNetwork, Ipv6Sites.RemoteNetwork],
            ProbeTarget = Ipv6Sites.RemoteHost,
        });

        Assert.Equal($"[{Ipv6Sites.RemoteAddress}]:4500", status.Peer);
        Assert.True(await scene.PingAsync(5));
        (await scene.Network.Workload.RunAsync(
            new Command("ping", "-n", "-q", "-i", "0.05", "-c", "5", "-W", "2", Ipv6Sites.RemoteHost), Stop)).EnsureSuccess();
        (await scene.Network.Workload.RunAsync(
            new Command("ping", "-n", "-q", "-c", "1", "-W", "2", "-M", "do", "-s", "1300", Ipv6Sites.RemoteHost), Stop)).EnsureSuccess();
        WireReport wire = await scene.StopCaptureAsync(Ipv6Sites.Gateways);
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.EspInUdp] >= 22);
    }
}

using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>RFC 9329 between two of our daemons: no other peer of the lab speaks it.</summary>
public sealed class TcpTests(Realm realm)
{
    /// <summary>Octets of the IPv4 and the ICMP header.</summary>
    private const int EchoHeaders = 28;

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private static readonly TunnelFile Waiting = new()
    {
        PeerId = Connections.Remote.RemoteId,
        LocalId = Connections.Remote.LocalId,
        PeerAddress = TunnelNetwork.GatewayAddress,
        Local = [TunnelNetwork.RemoteNetwork],
        Remote = [TunnelNetwork.LocalNetwork],
        ProbeTarget = TunnelNetwork.WorkloadAddress,
        StartAction = "None",
        Tcp = "Fallback",
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_UDP_is_blocked_the_tunnel_falls_back_to_TCP()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "tcp-fallback");
        await BlockUdpAsync(scene.Network.Remote);
        await scene.StartRemoteDaemonAsync(Waiting);

        (PqTunnel daemon, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Tcp = "Fallback" });

        Assert.Equal("Tcp", status.Transport);
        Assert.True(await scene.PingAsync(20));
        // The MTU follows the carrier a moment later.
        await Wait.UntilAsync("a packet of the tunnel's MTU passes", async () => await daemon.StatusAsync(Stop) is { } now && (await scene.Network.Workload.RunAsync(
            new Command("ping", "-n", "-q", "-c", "2", "-W", "2", "-M", "do", "-s", $"{now.Mtu - EchoHeaders}", TunnelNetwork.RemoteHost), Stop)).Succeeded, ReadyLimit, Stop);

        // The connection dies under it: the gateway opens another, and the far end answers over that.
        await CutAsync(scene.Network.Remote);
        await Wait.UntilAsync("packets pass again", () => scene.PingAsync(1), ReadyLimit, Stop);
        TunnelStatus? after = await daemon.StatusAsync(Stop);
        Assert.Equal("Tcp", after?.Transport);

        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.InTcp] > 40);
        Assert.Equal(0, wire[PacketClass.EspInUdp]);
    }

    [Fact]
    public async Task Where_UDP_passes_nothing_goes_in_TCP()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "tcp-not-needed");
        await scene.StartRemoteDaemonAsync(Waiting);
        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Tcp = "Fallback" });
        Assert.Equal("UdpEncapsulated", status.Transport);
        Assert.True(await scene.PingAsync(5));
        Assert.Equal(0, (await scene.StopCaptureAsync())[PacketClass.InTcp]);
    }

    private static async Task BlockUdpAsync(Site site) => (await site.RunAsync(new Command("nft", """
        table ip no_udp {
          chain in { type filter hook prerouting priority -400; udp dport { 500, 4500 } drop; }
        }
        """), Stop)).EnsureSuccess();

    /// <summary>Ends every TCP connection of the site's port 4500.</summary>
    private static async Task CutAsync(Site site) => (await site.RunAsync(
        new Command("ss", "-K", "state", "established", "sport", "=", "4500"), Stop)).EnsureSuccess();
}

using System.Net;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>The SAs of a tunnel go along when an end, or a NAT between the ends, moves.</summary>
public sealed class RoamingTests(Realm realm)
{
    private const int ReboundPort = 14500;
    private const string NextAddress = "192.0.2.33";
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_peer_whose_NAT_gives_it_another_port_is_followed_without_a_new_handshake()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "nat-rebinds");
        await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus before) = await scene.BringUpAsync();
        Assert.Equal("UdpEncapsulated", before.Transport);

        await RebindAsync(scene.Network.Remote);
        // The peer speaks first: nothing that is sent to its old port arrives.
        await scene.Network.Remote.RunAsync(
            new Command("ping", "-n", "-q", "-c", "1", "-W", "1", "-I", TunnelNetwork.RemoteHost, TunnelNetwork.WorkloadAddress), Stop);

        TunnelStatus after = await MovedAsync(daemon);
        Assert.Equal($"{TunnelNetwork.RemoteAddress}:{ReboundPort}", after.Peer);
        Assert.Equal(before.Ike!.InitiatorSpi, after.Ike!.InitiatorSpi);
        Assert.True(await scene.PingAsync(5));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Fact]
    public async Task An_address_that_is_gone_takes_the_SAs_along_to_the_next_without_a_new_handshake()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "mobike");
        await scene.StartPeerAsync(Connections.Remote with { Mobike = true, RemoteAddress = "%any" });
        Site gateway = scene.Network.Gateway, remote = scene.Network.Remote;
        await remote.IpAsync($"route add {NextAddress} dev {TunnelNetwork.Wire}", Stop);
        (PqTunnel daemon, TunnelStatus before) = await scene.BringUpAsync();

        // In this order: an address of the same network goes with the one before it.
        await gateway.IpAsync($"address del {TunnelNetwork.GatewayAddress} peer {TunnelNetwork.RemoteAddress} dev {TunnelNetwork.Wire}", Stop);
        // The host forwards: what still comes for the old address would be sent back, with a redirect.
        await gateway.IpAsync($"route add blackhole {TunnelNetwork.GatewayAddress}", Stop);
        await gateway.IpAsync($"address add {NextAddress} peer {TunnelNetwork.RemoteAddress} dev {TunnelNetwork.Wire}", Stop);
        await gateway.IpAsync($"route replace default via {TunnelNetwork.RemoteAddress}", Stop);

        TunnelStatus after = await MovedAsync(daemon);
        Assert.Equal($"{NextAddress}:4500", after.Local);
        Assert.Equal(before.Ike!.InitiatorSpi, after.Ike!.InitiatorSpi);
        Assert.True(await scene.PingAsync(5));
        WireReport wire = await scene.StopCaptureAsync(IPAddress.Parse(NextAddress));
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    private static async Task<TunnelStatus> MovedAsync(PqTunnel daemon)
    {
        TunnelStatus? status = null;
        await Wait.UntilAsync(
            "the tunnel has moved", async () => (status = await daemon.StatusAsync(Stop)) is { Moves: 1, Ready: true }, MoveLimit, Stop);
        return status!;
    }

    /// <summary>What a NAT before the site does that has lost its mapping: the site's port 4500 shows as another, and only that one leads in.</summary>
    private static async Task RebindAsync(Site site) => (await site.RunAsync(new Command("nft", $$"""
        table ip nat_box {
          chain out { type filter hook postrouting priority 300; udp sport 4500 udp sport set {{ReboundPort}}; }
          chain in { type filter hook prerouting priority -400; udp dport 4500 drop; udp dport {{ReboundPort}} udp dport set 4500; }
        }
        """), Stop)).EnsureSuccess();
}

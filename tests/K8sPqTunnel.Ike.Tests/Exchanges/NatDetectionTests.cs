using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

public sealed class NatDetectionTests
{
    [Fact]
    public void Without_a_NAT_everything_stays_on_port_500()
    {
        using World world = new World().Start();

        Assert.All(world.Output.Sent, sent => Assert.Equal(500, sent.Path.Local.Port));
        Assert.True(world.Peer.SawNoNat);
        Assert.False(Assert.Single(world.Output.Installed).UdpEncapsulation);
    }

    [Fact]
    [Rfc(7296, "2.23", "Behind a NAT the initiator moves to port 4500 with the first message after IKE_SA_INIT")]
    public void Behind_a_NAT_the_first_message_after_IKE_SA_INIT_moves_to_port_4500()
    {
        using World world = new() { NatAddress = IPAddress.Parse("203.0.113.1") };
        world.Start();

        IkeSaEstablished up = Assert.Single(world.Output.Of<IkeSaEstablished>());
        Assert.True(up.LocalBehindNat);
        Assert.False(up.PeerBehindNat);
        // RFC 7296 2.23: from IKE_INTERMEDIATE on, which comes before IKE_AUTH.
        Assert.All(world.Output.Sent, sent => Assert.Equal(
            sent.Message[18] == (byte)ExchangeType.IkeSaInit ? (500, 500) : (4500, 4500), (sent.Path.Local.Port, sent.Path.Remote.Port)));
        ChildSa child = Assert.Single(world.Output.Installed);
        Assert.True(child.UdpEncapsulation);
        Assert.Equal(4500, child.Path.Remote.Port);
    }

    [Fact]
    public void Forced_encapsulation_makes_the_peer_see_a_NAT()
    {
        using World world = new World(configure: c => c with { ForceUdpEncapsulation = true }).Start();

        Assert.False(world.Peer.SawNoNat);
        Assert.False(Assert.Single(world.Output.Of<IkeSaEstablished>()).LocalBehindNat);
        Assert.True(Assert.Single(world.Output.Installed).UdpEncapsulation);
        Assert.Equal(4500, world.Output.Sent[^1].Path.Local.Port);
    }

    [Fact]
    [Rfc(7296, "2.23", "An initiator may use port 4500 from the beginning")]
    public void Without_port_500_the_exchange_begins_on_the_peers_4500_from_our_shared_port()
    {
        using World world = new World(configure: config => config with { HasIkePort = false, LocalNatTraversalPort = 40001 }).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        PeerPath path = Assert.Single(world.Output.Of<IkeSaEstablished>()).Path;
        Assert.Equal((40001, PeerPath.NatTraversalPort), (path.Local.Port, path.Remote.Port));
    }
}

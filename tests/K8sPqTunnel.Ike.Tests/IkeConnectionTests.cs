using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

public sealed class IkeConnectionTests
{
    [Fact]
    public void A_hybrid_connection_comes_up_with_the_peers_keys()
    {
        using World world = new World().Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        IkeSaEstablished up = Assert.Single(world.Output.Of<IkeSaEstablished>());
        Assert.Equal("aes256gcm16-prfsha384-ecp384-ke1_mlkem768", up.Proposal);
        Assert.Equal(["P-384", "ML-KEM-768"], up.KeyExchanges);
        Assert.True(up.QuantumSafe);
        Assert.Equal("peer.test.example", up.PeerIdentity.ToString());
        Assert.Equal([ExchangeType.IkeSaInit, ExchangeType.IkeIntermediate, ExchangeType.IkeAuth], world.Peer.Answered);
        ChildSa child = Assert.Single(world.Output.Installed);
        Assert.Equal(world.Peer.InitiatorEspSpi, child.InboundSpi);
        Assert.Equal(world.Peer.OwnEspSpi, child.OutboundSpi);
        Assert.True(child.InboundKeys.Encryption.FixedTimeEquals(world.Peer.ChildKeys!.FromResponder.Encryption.Span));
        Assert.True(child.OutboundKeys.Encryption.FixedTimeEquals(world.Peer.ChildKeys.FromInitiator.Encryption.Span));
        Assert.Equal(["in 1000", "out 1000"], world.Output.Intents);
    }

    [Fact]
    public void Without_port_500_the_exchange_begins_on_the_peers_4500_from_our_shared_port()
    {
        using World world = new World(configure: config => config with { HasIkePort = false, LocalNatTraversalPort = 40001 }).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        UdpPath path = Assert.Single(world.Output.Of<IkeSaEstablished>()).Path;
        Assert.Equal((40001, UdpPath.NatTraversalPort), (path.Local.Port, path.Remote.Port));
    }
}

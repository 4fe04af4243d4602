using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Mobility;

public sealed class PathFollowingTests
{
    private const int Rebound = 1234;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(0.1);
    private static readonly IPAddress Private = IPAddress.Parse("10.99.0.1");

    [Fact]
    public void A_peer_whose_NAT_gives_it_another_port_is_followed_by_IKE_and_by_the_child()
    {
        using World world = BehindNat();
        world.PeerPortShift = Rebound;
        world.Peer.Request(ExchangeType.Informational, _ => { });
        world.Run(Soon);

        Assert.Single(world.Peer.AnswersToUs);
        PathChanged change = Assert.Single(world.Output.Of<PathChanged>());
        Assert.Equal((4500, 4500 + Rebound), (change.From.Remote.Port, change.To.Remote.Port));
        Assert.Equal($"move {Child(world).InboundSpi.Value:x} to 198.51.100.7:{4500 + Rebound}", world.Output.Intents[^1]);

        // Our own requests reach it too, which they would not at the old port.
        world.Run(TimeSpan.FromMinutes(5));
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Contains(ExchangeType.Informational, world.Peer.Answered);
        Assert.Empty(world.Output.Of<RequestRepeated>());
    }

    [Fact]
    public void ESP_shows_the_way_too_and_an_outstanding_request_is_repeated_over_it()
    {
        using World world = BehindNat();
        world.PeerPortShift = Rebound;
        world.RunUntil(() => world.Output.Of<RequestRepeated>().Any(), TimeSpan.FromMinutes(2));
        world.Connection.PeerMoved(Child(world).InboundSpi, Seen(world));
        world.Run(TimeSpan.FromSeconds(20));

        Assert.Contains(ExchangeType.Informational, world.Peer.Answered);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Empty(world.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void An_IKE_SA_that_we_began_over_the_peers_TCP_connection_follows_it_to_its_next_one()
    {
        using Duet duet = new(left: config => config with { Tcp = true }, right: config => config with { RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0")] });
        duet.NatAddress = IPAddress.Parse("203.0.113.9");
        duet.Start(TimeSpan.FromMinutes(2));
        duet.Right.Connection.Renew(duet.Now);
        duet.Run(TimeSpan.FromMinutes(1));
        Assert.True(duet.Right.Output.Of<IkeSaEstablished>().Last().IsInitiator);
        duet.NatPortShift = 30000;
        duet.Run(TimeSpan.FromMinutes(3));
        Assert.Equal(34500, Assert.Single(duet.Right.Output.Of<PathChanged>()).To.Remote.Port);
        Assert.Empty(duet.Right.Output.Of<ConnectionFailed>());
        duet.AssertAgreement();
    }

    [Fact]
    public void A_new_IKE_SA_is_begun_over_the_TCP_connection_that_the_peer_has_opened()
    {
        using Duet duet = new Duet(left: config => config with { Tcp = true }).Start();
        duet.DropsPath = (_, path) => !path.IsTcp;
        duet.Run(TimeSpan.FromMinutes(2));
        duet.Right.Connection.Renew(duet.Now);
        duet.Run(TimeSpan.FromMinutes(1));
        duet.AssertAgreement();
        IkeSaEstablished last = duet.Right.Output.Of<IkeSaEstablished>().Last();
        Assert.Equal((true, true), (last.IsInitiator, last.Path.IsTcp));
    }

    [Fact]
    [Rfc(7296, "2.23", "ESP moves the path only where replay protection shows that the packet is new")]
    public void Without_replay_protection_ESP_shows_nothing()
    {
        using World world = BehindNat(config => config with { ReplayWindow = 0 });
        world.Connection.PeerMoved(Child(world).InboundSpi, Seen(world));
        Assert.Empty(world.Output.Of<PathChanged>());
    }

    [Fact]
    [Rfc(7296, "2.23", "Only a new packet moves the path")]
    public void A_repeat_of_an_old_message_from_elsewhere_is_answered_but_not_followed()
    {
        using World world = BehindNat();
        byte[]? recorded = null;
        world.Mutate = (toPeer, datagram) => toPeer ? datagram : recorded = datagram;
        world.Peer.Request(ExchangeType.Informational, _ => { });
        world.Run(Soon);
        int sent = world.Output.Sent.Count;

        world.Inject(Seen(world), recorded!);
        Assert.Equal(4500 + Rebound, world.Output.Sent[^1].Path.Remote.Port);
        Assert.Equal(sent + 1, world.Output.Sent.Count);
        Assert.Empty(world.Output.Of<PathChanged>());
    }

    [Fact]
    [Rfc(7296, "2.23", "Only an authentic packet moves the path")]
    public void A_forged_message_from_elsewhere_is_not_followed()
    {
        using World world = BehindNat();
        world.PeerPortShift = Rebound;
        world.Mutate = (_, datagram) =>
        {
            datagram[^1] ^= 1;
            return datagram;
        };
        world.Peer.Request(ExchangeType.Informational, _ => { });
        world.Run(Soon);
        Assert.Equal(1, world.Connection.Drops[DropReason.NotAuthentic]);
        Assert.Empty(world.Output.Of<PathChanged>());
    }

    [Theory]
    [InlineData(true)]                                                   // We are behind a NAT ourselves,
    [InlineData(false)]                                                  // or the peer is not behind one.
    public void Nobody_is_followed_where_it_could_lead_us_astray(bool localNat)
    {
        using var world = new World(configure: config => config with { ForceUdpEncapsulation = true });
        if (localNat)
        {
            world.NatAddress = IPAddress.Parse("203.0.113.5");
            world.PeerPrivateAddress = Private;
        }

        world.Start();
        world.Connection.PeerMoved(Child(world).InboundSpi, Seen(world));
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Empty(world.Output.Of<PathChanged>());
    }

    private static World BehindNat(Func<ConnectionConfig, ConnectionConfig>? configure = null) =>
        new World(configure: configure) { PeerPrivateAddress = Private }.Start(TimeSpan.FromSeconds(1));

    private static ChildSa Child(World world) => world.Output.Installed[0];

    private static PeerPath Seen(World world) => Child(world).Path with
    {
        Remote = new IPEndPoint(world.Config.RemoteAddresses[0], 4500 + Rebound),
    };
}

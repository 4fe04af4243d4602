using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

public sealed class AuthTaskTests
{
    /// <summary>Long enough for an attempt, too short for the next.</summary>
    private static readonly TimeSpan Briefly = TimeSpan.FromSeconds(0.5);

    [Fact]
    public void A_wrong_pre_shared_key_is_said_without_the_key()
    {
        AuthenticationConfig other = AuthenticationConfig.PreSharedKey(new Secret("not the peer's"u8));
        using World world = new World(configure: c => c with { Authentication = other }).Start(Briefly);

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.AuthenticationFailed, failed.Failure.Reason);
        Assert.DoesNotContain("not the peer's", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(world.Spis.Taken, world.Spis.Released);
        Assert.Empty(world.Output.Intents);
    }

    [Fact]
    public void An_SPI_for_which_no_child_came_is_given_back()
    {
        using World world = new();
        world.Drops = (toPeer, datagram) => !toPeer && datagram[18] == (byte)ExchangeType.IkeAuth;
        world.Start(TimeSpan.FromSeconds(170));

        Assert.Equal([new EspSpi(0x1000)], world.Spis.Released);
    }

    [Fact]
    [Rfc(7296, "2.15", "An identity that is not the expected one is refused")]
    public void A_peer_that_proves_to_be_somebody_else_gets_no_tunnel_and_is_told()
    {
        IkeIdentity other = new(IdentityType.Fqdn, "other.test.example"u8);
        using World world = new World(configure: c => c with { RemoteIdentity = other }).Start(Briefly);

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.PeerIdentityMismatch, failed.Failure.Reason);
        Assert.Contains("peer.test.example", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(world.Output.Intents);
        Assert.True(world.Peer.IsDeleted);
    }

    [Fact]
    public void The_expected_identity_is_sent_and_accepted()
    {
        IkeIdentity peer = new(IdentityType.Fqdn, "peer.test.example"u8);
        using World world = new World(configure: c => c with { RemoteIdentity = peer }).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Theory]
    [InlineData(38, FailureReason.TrafficSelectorsUnacceptable, "10.1.0.0/16 to 10.2.0.0/16")]
    [InlineData(14, FailureReason.NoProposalChosen, "aes256gcm16")]
    [InlineData(35, FailureReason.PeerRefused, "NoAdditionalSas (35)")]
    [InlineData(9999, FailureReason.PeerRefused, "9999")]
    public void A_refused_child_fails_the_connection_and_deletes_the_IKE_SA(int error, FailureReason reason, string said)
    {
        using World world = new World(peer: new PeerOptions { ChildError = (NotifyType)error }).Start(Briefly);

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(reason, failed.Failure.Reason);
        Assert.Contains(said, failed.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(world.Output.Of<IkeSaEstablished>());
        Assert.Equal(world.Spis.Taken, world.Spis.Released);
        Assert.True(world.Peer.IsDeleted);
    }

    [Theory]
    [InlineData(PayloadType.KeyExchange)]
    [InlineData(PayloadType.VendorId)]
    internal void A_peer_whose_proof_cannot_be_read_is_told_that_nothing_came_of_it(PayloadType insteadOfProof)
    {
        using World world = new World(peer: new PeerOptions { InsteadOfProof = insteadOfProof }).Start(Briefly);

        Assert.Equal(FailureReason.ProtocolViolation, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.True(world.Peer.IsDeleted);
        Assert.Equal(world.Spis.Taken, world.Spis.Released);
    }

    [Fact]
    public void The_peer_may_narrow_the_traffic()
    {
        TrafficSelector narrow = TrafficSelector.Of(System.Net.IPNetwork.Parse("10.2.3.0/24"));
        PeerOptions narrowing = new() { Narrow = selectors => [.. selectors.Select(each => each.Intersect(narrow) ?? each)] };
        using World world = new World(peer: narrowing).Start();

        ChildSa child = Assert.Single(world.Output.Installed);
        Assert.Equal([narrow], child.RemoteSelectors);
        Assert.Equal(world.Config.LocalSelectors, child.LocalSelectors);
    }

    [Fact]
    [Rfc(7296, "2.9", "Selectors in the answer of IKE_AUTH are a subset of those that were proposed")]
    public void The_peer_may_not_widen_the_traffic()
    {
        TrafficSelector all = TrafficSelector.Of(System.Net.IPNetwork.Parse("0.0.0.0/0"));
        using World world = new World(peer: new PeerOptions { Narrow = _ => [all] }).Start(Briefly);

        Assert.Equal(FailureReason.ProtocolViolation, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Empty(world.Output.Intents);
    }

    [Fact]
    [Rfc(7296, "2.4", "INITIAL_CONTACT is not said while another IKE SA with the peer is up")]
    public void Initial_contact_is_said_once_and_not_while_an_older_SA_lives()
    {
        using World world = new World(configure: c => c with { ChildLifetime = TimeSpan.FromMinutes(1) }).Start(TimeSpan.FromSeconds(90));

        Assert.Equal([true, false], world.Peers.Values.Select(peer => peer.SawInitialContact));
    }
}

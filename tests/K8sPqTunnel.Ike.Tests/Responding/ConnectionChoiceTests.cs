using System.Net;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>Several connections behind one address, and peers of which only a pattern is known.</summary>
public sealed class ConnectionChoiceTests
{
    private static readonly Secret OtherKey = new("the other branch's key"u8);

    [Theory]
    [InlineData("left.test.example", "to left")]
    [InlineData("branch.test.example", "to branch")]
    public void Of_two_connections_for_one_address_the_peers_identity_decides(string name, string expected)
    {
        ConnectionConfig branch = Duet.RightConfig() with
        {
            Name = "to branch",
            RemoteIdentity = Fqdn("branch.test.example"),
            Authentication = AuthenticationConfig.PreSharedKey(OtherKey),
        };
        using Duet duet = new Duet(
            left: c => name == "left.test.example" ? c : c with { LocalIdentity = Fqdn(name), Authentication = branch.Authentication },
            more: [branch]).Start();

        duet.AssertAgreement();
        Assert.Equal(expected, Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).Connection);
        Assert.Equal(
            [expected], duet.Right.Connections.Where(c => c.State == ConnectionState.Established).Select(c => c.Name));
    }

    [Fact]
    public void The_identity_that_the_peer_asks_for_decides_too()
    {
        ConnectionConfig second = Duet.RightConfig() with { Name = "second", LocalIdentity = Fqdn("second.test.example") };
        using Duet duet = new Duet(left: c => c with { RemoteIdentity = second.LocalIdentity }, more: [second]).Start();

        Assert.Equal("second", Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).Connection);
    }

    [Fact]
    public void A_peer_that_is_nobody_is_refused_and_all_who_could_have_been_meant_are_named()
    {
        using Duet duet = new Duet(left: c => c with { LocalIdentity = Fqdn("stranger.test.example") }).Start(TimeSpan.FromSeconds(3));

        IkeFailure failure = duet.Right.Output.Of<PeerTurnedAway>().First().Failure;
        Assert.Equal(FailureReason.PeerIdentityMismatch, failure.Reason);
        Assert.Contains("is stranger.test.example", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\"to left\": left.test.example to right.test.example", failure.Message, StringComparison.Ordinal);
        Assert.Equal(FailureReason.AuthenticationFailed, duet.Left.Output.Of<ConnectionFailed>().First().Failure.Reason);
        Assert.Empty(duet.Right.Output.Installed);
    }

    [Fact]
    public void A_connection_whose_policy_forbids_what_was_chosen_is_out_of_the_race()
    {
        // The first takes classical key exchange, and the peer has nothing else; by its identity it means the second, which requires ML-KEM.
        ConnectionConfig strict = Duet.RightConfig() with { Name = "strict" };
        using Duet duet = new Duet(
            left: c => c with { QuantumPolicy = QuantumPolicy.Disabled, IkeProposals = [World.Classical] },
            right: c => c with
            {
                RemoteIdentity = Fqdn("branch.test.example"), QuantumPolicy = QuantumPolicy.Preferred, IkeProposals = [World.Classical],
            },
            more: [strict]).Start(TimeSpan.FromSeconds(3));

        Assert.Empty(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.Equal(FailureReason.PeerIdentityMismatch, duet.Right.Output.Of<PeerTurnedAway>().First().Failure.Reason);
    }

    [Fact]
    public void The_closer_address_decides_on_the_algorithms()
    {
        ConnectionConfig anywhere = Duet.RightConfig() with
        {
            Name = "anywhere",
            RemoteAddresses = [],
            RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0")],
            RemoteIdentity = null,
            IkeProposals = [Proposals.Parse("20/256 prf6 ecp384 mlkem1024")],
        };
        IkeProposal both = new([.. World.Hybrid.Transforms, Transform.Additional(1, KeyExchangeMethod.MlKem1024)]);
        using Duet duet = new Duet(left: c => c with { IkeProposals = [both] }, right: _ => anywhere, more: [Duet.RightConfig()]).Start();

        IkeSaEstablished up = Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.Equal("to left", up.Connection);
        Assert.Equal(["P-384", "ML-KEM-768"], up.KeyExchanges);
    }

    [Fact]
    public void Each_peer_of_a_pattern_gets_a_connection_of_its_own_that_goes_with_its_last_SA()
    {
        using var duet = new Duet(left: c => c with { LocalIdentity = Fqdn("site-7.branches.example") });
        duet.Right.AddPattern(Duet.RightConfig() with
        {
            Name = "branches",
            RemoteAddresses = [],
            RemoteNetworks = [IPNetwork.Parse("192.0.2.0/24")],
            RemoteIdentity = Fqdn("*.branches.example"),
        });
        duet.Start();

        duet.AssertAgreement();
        IkeConnection made = duet.Right.Endpoint.Connections.Single(c => c.State == ConnectionState.Established);
        Assert.Equal("branches/site-7.branches.example", made.Name);
        Assert.Equal(2, duet.Right.Endpoint.Connections.Count);

        duet.Left.Connection.Close(duet.Now);
        duet.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(ConnectionState.Closed, duet.Left.Connection.State);
        Assert.Single(duet.Right.Endpoint.Connections);
        Assert.Empty(duet.Right.Output.Installed);
    }

    [Fact]
    public void A_connection_that_is_closed_between_IKE_SA_INIT_and_IKE_AUTH_takes_nobody_any_more()
    {
        using Duet duet = new();
        duet.Right.Start(duet.Now);
        duet.Left.Start(duet.Now);
        duet.RunUntil(() => duet.Right.Endpoint.HalfOpenCount == 1, TimeSpan.FromSeconds(1));
        IkeConnection gone = duet.Right.Connection;
        gone.Close(duet.Now);
        duet.Right.Endpoint.Remove(gone);
        duet.Run(TimeSpan.FromSeconds(1));

        Assert.Empty(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.Empty(duet.Right.Output.Installed);
        Assert.Empty(duet.Left.Output.Installed);
    }

    [Fact]
    public void A_pattern_that_is_removed_takes_no_peer_any_more_and_leaves_those_that_it_has()
    {
        using var duet = new Duet(left: c => c with { LocalIdentity = Fqdn("site-7.branches.example") });
        ConnectionConfig pattern = Duet.RightConfig() with
        {
            Name = "branches",
            RemoteAddresses = [],
            RemoteNetworks = [IPNetwork.Parse("192.0.2.0/24")],
            RemoteIdentity = Fqdn("*.branches.example"),
        };
        duet.Right.AddPattern(pattern);
        duet.Start();

        duet.Right.Endpoint.RemovePattern(pattern);
        IkeConnection made = Assert.Single(duet.Right.Endpoint.ConnectionsOf(pattern));
        Assert.Equal(ConnectionState.Established, made.State);
        duet.Left.Connection.RekeyIke(duet.Now);
        duet.Run(TimeSpan.FromSeconds(2));
        duet.AssertAgreement();

        duet.Right.Endpoint.Remove(made);
        Assert.Empty(duet.Right.Endpoint.ConnectionsOf(pattern));
        duet.Left.Restart(duet.Now);
        duet.Run(TimeSpan.FromSeconds(2));
        Assert.NotEqual(ConnectionState.Established, duet.Left.Connection.State);
        Assert.Empty(duet.Right.Endpoint.ConnectionsOf(pattern));
    }

    [Fact]
    public void A_pattern_that_is_removed_while_a_peer_proves_itself_does_not_take_it()
    {
        using var duet = new Duet(left: c => c with { LocalIdentity = Fqdn("site-7.branches.example") });
        ConnectionConfig pattern = Duet.RightConfig() with
        {
            RemoteAddresses = [], RemoteNetworks = [IPNetwork.Parse("192.0.2.0/24")], RemoteIdentity = Fqdn("*.branches.example"),
        };
        duet.Right.AddPattern(pattern);
        duet.Drops = (toRight, datagram) =>
        {
            if (toRight && datagram[18] == (byte)ExchangeType.IkeIntermediate)
                duet.Right.Endpoint.RemovePattern(pattern);
            return false;
        };
        duet.Start(TimeSpan.FromSeconds(1));

        Assert.Empty(duet.Right.Endpoint.ConnectionsOf(pattern));
        Assert.Empty(duet.Right.Output.Installed);
    }

    [Fact]
    public void Who_does_not_prove_itself_leaves_no_connection_behind()
    {
        using var duet = new Duet(
            left: c => c with { LocalIdentity = Fqdn("site-7.branches.example"), Authentication = AuthenticationConfig.PreSharedKey(OtherKey) });
        duet.Right.AddPattern(Duet.RightConfig() with
        {
            RemoteAddresses = [], RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0")], RemoteIdentity = null,
        });
        duet.Start(TimeSpan.FromSeconds(3));

        Assert.NotEmpty(duet.Right.Output.Of<PeerTurnedAway>());
        Assert.Single(duet.Right.Endpoint.Connections);
    }

    private static IkeIdentity Fqdn(string name) => new(IdentityType.Fqdn, System.Text.Encoding.ASCII.GetBytes(name));
}

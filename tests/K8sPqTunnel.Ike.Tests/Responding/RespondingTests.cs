using System.Net;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>Our responder against our initiator.</summary>
public sealed class RespondingTests
{
    [Fact]
    public void A_peer_that_begins_gets_a_hybrid_tunnel()
    {
        using Duet duet = new Duet().Start();

        Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
        duet.AssertAgreement();
        IkeSaEstablished up = Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.Equal(["P-384", "ML-KEM-768"], up.KeyExchanges);
        Assert.Equal("left.test.example", up.PeerIdentity.ToString());
        Assert.False(up.IsInitiator);
        Assert.True(Assert.Single(duet.Left.Output.Of<IkeSaEstablished>()).IsInitiator);
        Assert.Equal(["in 1000", "out 1000"], duet.Right.Output.Intents);
        Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
        Assert.Equal(0, duet.Right.Endpoint.Drops.Total);
    }

    [Theory]
    [InlineData("20/256 prf6 ecp384 mlkem768")]
    [InlineData("28/0 prf7 ecp521 mlkem1024")]
    [InlineData("12/256 integ12 prf5 ecp256 mlkem1024")]
    [InlineData("12/128 integ14 prf7 x25519 mlkem768")]
    [InlineData("20/256 prf6 mlkem768")]
    [InlineData("20/256 prf6 ecp256 mlkem512 x25519 mlkem768 ecp384 mlkem1024 ecp521")]
    public void Any_mix_of_algorithms_is_answered(string proposal)
    {
        ConnectionConfig Use(ConnectionConfig config) => config with { IkeProposals = [Proposals.Parse(proposal)], FragmentIpSize = 576 };
        using Duet duet = new Duet(left: Use, right: Use).Start();

        duet.AssertAgreement();
        Assert.Equal(
            Proposals.Parse(proposal).ToString(), Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).Proposal);
    }

    [Theory]
    [InlineData(0.3, 0.0, 0)]
    [InlineData(0.0, 0.5, 0)]
    [InlineData(0.2, 0.3, 50)]
    public void Loss_copies_and_overtaking_do_not_keep_the_ends_apart(double loss, double duplication, int jitter)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using var duet = new Duet(seed, left: c => c with { FragmentIpSize = 576 }, right: c => c with { FragmentIpSize = 576 })
            {
                Loss = loss,
                Duplication = duplication,
                Jitter = TimeSpan.FromMilliseconds(jitter),
            };
            duet.Start(TimeSpan.Zero);

            duet.RunUntil(
                () => duet.Left.Connection.State == ConnectionState.Established && duet.Right.Connection.State == ConnectionState.Established,
                TimeSpan.FromMinutes(20));
            duet.Loss = 0;
            duet.Run(TimeSpan.FromMinutes(5));
            duet.AssertAgreement();
            Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
        }
    }

    [Fact]
    [Rfc(3948, "2", "Behind a NAT, ESP goes in UDP to the mapped port")]
    public void Behind_a_NAT_the_child_follows_the_initiator_to_its_mapped_port()
    {
        using var duet = new Duet(right: c => c with { RemoteNetworks = [IPNetwork.Parse("203.0.113.0/24")] })
        {
            NatAddress = IPAddress.Parse("203.0.113.9"),
        };
        duet.Start();

        duet.AssertAgreement();
        IkeSaEstablished up = Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.True(up.PeerBehindNat);
        ChildSa child = Assert.Single(duet.Right.Output.Installed);
        Assert.True(child.UdpEncapsulation);
        Assert.Equal(IPEndPoint.Parse("203.0.113.9:24500"), child.Path.Remote);
        Assert.Equal(4500, child.Path.Local.Port);

        duet.Run(TimeSpan.FromMinutes(3));
        Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
    }

    [Fact]
    public void A_wrong_key_is_refused_and_the_peer_is_told()
    {
        using Secret other = new("another key"u8);
        using Duet duet = new Duet(left: c => c with { Authentication = AuthenticationConfig.PreSharedKey(other) }).Start(TimeSpan.FromSeconds(3));

        PeerTurnedAway refused = Assert.IsType<PeerTurnedAway>(duet.Right.Output.Of<PeerTurnedAway>().First());
        Assert.Equal(FailureReason.AuthenticationFailed, refused.Failure.Reason);
        Assert.Contains("does not know our pre-shared key", refused.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(
            FailureReason.AuthenticationFailed, duet.Left.Output.Of<ConnectionFailed>().First().Failure.Reason);
        Assert.Empty(duet.Right.Output.Installed);
        Assert.Equal(ConnectionState.Listening, duet.Right.Connection.State);
    }

    [Fact]
    public void Traffic_is_narrowed_to_what_both_ends_carry()
    {
        static TrafficSelector Net(string network) => TrafficSelector.Of(IPNetwork.Parse(network));
        using Duet duet = new Duet(
            left: c => c with { LocalSelectors = [Net("10.0.0.0/8")], RemoteSelectors = [Net("0.0.0.0/0")] },
            right: c => c with { LocalSelectors = [Net("10.2.0.0/16"), Net("10.3.0.0/16")], RemoteSelectors = [Net("10.1.0.0/16")] }).Start();

        duet.AssertAgreement();
        ChildSa child = Assert.Single(duet.Right.Output.Installed);
        Assert.Equal([Net("10.2.0.0/16"), Net("10.3.0.0/16")], child.LocalSelectors);
        Assert.Equal([Net("10.1.0.0/16")], child.RemoteSelectors);
    }

    [Fact]
    [Rfc(7296, "2.9", "Without common traffic the child is refused with TS_UNACCEPTABLE, and the IKE SA stands")]
    public void Without_common_traffic_the_IKE_SA_stands_and_the_child_is_refused()
    {
        using Duet duet = new Duet(
            right: c => c with { RemoteSelectors = [TrafficSelector.Of(IPNetwork.Parse("192.168.0.0/16"))] }).Start(TimeSpan.FromSeconds(1));

        Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.Empty(duet.Right.Output.Installed);
        Assert.Equal(
            FailureReason.TrafficSelectorsUnacceptable, duet.Right.Output.Of<PeerTurnedAway>().Single().Failure.Reason);
        Assert.Equal(
            FailureReason.TrafficSelectorsUnacceptable, duet.Left.Output.Of<ConnectionFailed>().First().Failure.Reason);
    }
}

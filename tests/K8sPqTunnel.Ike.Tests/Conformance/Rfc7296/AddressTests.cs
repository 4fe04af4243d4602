using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.11, 2.23: addresses, ports and NATs.</summary>
public sealed class AddressTests
{
    private static readonly IPAddress Nat = IPAddress.Parse("203.0.113.9");

    [Theory, InlineData(500), InlineData(4500)]
    [Rfc(7296, "2.11", "Requests are taken from any source port; the answer goes there, from where the request came in")]
    public void A_stranger_with_any_source_port_is_answered_there(int ourPort)
    {
        using var duet = new Duet();
        duet.Right.Start(duet.Now);
        Stranger stranger = new() { Path = new PeerPath(new IPEndPoint(duet.Right.Address, ourPort), IPEndPoint.Parse("192.0.2.1:33333")) };

        Assert.Single(stranger.Begin(duet.Right));

        Assert.Equal(stranger.Path, duet.Right.Output.Sent[^1].Path);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.11", "Requests in an IKE SA too are answered to where they came from")]
    [Rfc(7296, "2.23", "The answer goes to the address and port that the packet came from")]
    public void An_end_answers_to_where_the_request_came_from(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        PeerPath other = meddler.SaOf(to).Path with { Remote = new IPEndPoint(meddler.SaOf(to).Path.Remote.Address, 33333) };

        Assert.Single(meddler.Deliver(to, meddler.Sealed(meddler.Request(to, ExchangeType.Informational)), other));

        Assert.Equal(other, meddler.Of(to).Output.Sent[^1].Path);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.23", "Both ends put NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP into IKE_SA_INIT")]
    public void IKE_SA_INIT_has_both_hashes_of_NAT_detection(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        Letter letter = meddler.First(from, ExchangeType.IkeSaInit, response: from == Role.Responder);
        Assert.Equal(20, letter.Notify(NotifyType.NatDetectionSourceIp).NotifyData.Length);
        Assert.Equal(20, letter.Notify(NotifyType.NatDetectionDestinationIp).NotifyData.Length);
    }

    [Theory]
    [InlineData(NotifyType.NatDetectionSourceIp), InlineData(NotifyType.NatDetectionDestinationIp)]
    [Rfc(7296, "2.23", "Where a hash does not match, all that follows goes to port 4500 and ESP in UDP")]
    internal void A_hash_that_does_not_match_moves_the_initiator_to_port_4500(NotifyType hash)
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Responder, ExchangeType.IkeSaInit, response: true, letter => letter.Notify(hash).Body[^1] ^= 1);
        meddler.Up();

        Assert.All(meddler.Duet.Left.Output.Sent.Skip(1), sent => Assert.Equal((4500, 4500), (sent.Path.Local.Port, sent.Path.Remote.Port)));
        ChildSa child = meddler.Duet.Left.Output.Installed[0];
        Assert.Equal((true, 4500), (child.UdpEncapsulation, child.Path.Remote.Port));
    }

    [Fact]
    [Rfc(7296, "2.23", "UDP encapsulation is not done on port 500")]
    public void Without_a_NAT_nothing_is_encapsulated_on_port_500()
    {
        using Meddler meddler = new Meddler().Up();

        Assert.False(meddler.Duet.Left.Output.Installed[0].UdpEncapsulation);
        Assert.All(meddler.Duet.Left.Output.Sent, sent => Assert.Equal(500, sent.Path.Remote.Port));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.23", "Of several NAT_DETECTION_SOURCE_IP one that matches is enough")]
    public void One_of_several_source_hashes_that_matches_shows_that_there_is_no_NAT(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(from, ExchangeType.IkeSaInit, response: from == Role.Responder, letter =>
            letter.Parts.Insert(0, new Part(PayloadType.Notify, [0, 0, 0x40, 0x04, .. new byte[20]])));
        meddler.Up();

        Assert.False(meddler.Of(Meddler.Other(from)).Output.Installed[0].UdpEncapsulation);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.23", "A peer without NAT detection gets no encapsulation")]
    public void Without_NAT_detection_nothing_moves(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(from, ExchangeType.IkeSaInit, response: from == Role.Responder, letter =>
        {
            letter.Remove(NotifyType.NatDetectionSourceIp);
            letter.Remove(NotifyType.NatDetectionDestinationIp);
        });
        meddler.Up();

        Assert.All(meddler.Duet.Left.Output.Sent, sent => Assert.Equal(500, sent.Path.Remote.Port));
        Assert.Equal(from == Role.Responder, meddler.First(Role.Responder, ExchangeType.IkeSaInit, response: true).Has(NotifyType.NatDetectionSourceIp));
    }

    [Fact]
    [Rfc(7296, "2.23", "The end that is not behind a NAT follows the newest authenticated packet; the end behind it does not")]
    public void Only_the_end_that_is_not_behind_the_NAT_follows()
    {
        using Meddler meddler = new(responder: c => c with { RemoteAddresses = [Nat] });
        meddler.Duet.NatAddress = Nat;
        meddler.Up();
        PeerPath right = meddler.SaOf(Role.Responder).Path, left = meddler.SaOf(Role.Initiator).Path;
        PeerPath moved = right with { Remote = new IPEndPoint(Nat, 40000) };

        meddler.Deliver(Role.Responder, meddler.Sealed(meddler.Request(Role.Responder, ExchangeType.Informational)), moved);
        meddler.Deliver(Role.Initiator, meddler.Sealed(meddler.Request(Role.Initiator, ExchangeType.Informational)), left with { Remote = new IPEndPoint(left.Remote.Address, 4600) });

        Assert.Equal(moved, meddler.SaOf(Role.Responder).Path);
        Assert.Equal(left, meddler.SaOf(Role.Initiator).Path);
    }
}

using System.Net;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc4555;

/// <summary>RFC 4555: MOBIKE on the wire.</summary>
public sealed class MobikeTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.77");

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(4555, "3.3", "Both ends say MOBIKE_SUPPORTED in IKE_AUTH")]
    [Rfc(4555, "4.2.1", "MOBIKE_SUPPORTED has neither SPI nor data; data in it are ignored")]
    public void MOBIKE_SUPPORTED_is_said_in_IKE_AUTH_and_what_it_holds_is_ignored(Role from)
    {
        using Meddler meddler = With();
        meddler.Edit(from, ExchangeType.IkeAuth, response: from == Role.Responder, letter => letter.Notify(NotifyType.MobikeSupported).Body = [0, 0, 0x40, 0x0c, 1, 2]);
        meddler.Up();

        Assert.Equal([0, 0, 0x40, 0x0c], meddler.First(from, ExchangeType.IkeAuth, response: from == Role.Responder).Notify(NotifyType.MobikeSupported).Body);
        Assert.True(Move(meddler));
    }

    [Fact]
    [Rfc(4555, "3.3", "The responder says MOBIKE_SUPPORTED only to an initiator that has")]
    public void An_initiator_without_MOBIKE_is_not_told_of_it()
    {
        using Meddler meddler = With();
        meddler.Edit(Role.Initiator, ExchangeType.IkeAuth, response: false, letter => letter.Remove(NotifyType.MobikeSupported));
        meddler.Up();

        Assert.False(meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true).Has(NotifyType.MobikeSupported));
        Assert.False(Move(meddler));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(4555, "3.7", "A request with COOKIE2 is answered with the same COOKIE2")]
    [Rfc(4555, "4.2.5", "COOKIE2 has 8 to 64 octets")]
    public void COOKIE2_comes_back_as_it_was(Role to)
    {
        using Meddler meddler = With().Up();
        byte[] cookie = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];

        Assert.Equal(cookie, meddler.Ask(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.Cookie2, cookie))!.Notify(NotifyType.Cookie2).NotifyData);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.5", "COOKIE2 is found behind other payloads too")]
    public void COOKIE2_comes_back_wherever_it_stands_in_the_request(Role to)
    {
        using Meddler meddler = With().Up();

        Letter answer = meddler.Ask(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.Cookie2, new byte[8]), letter =>
            letter.Parts.Insert(0, new Part(PayloadType.VendorId, [1, 2, 3])))!;

        Assert.True(answer.Has(NotifyType.Cookie2));
    }

    [Theory]
    [InlineData(Role.Initiator, true), InlineData(Role.Initiator, false), InlineData(Role.Responder, true), InlineData(Role.Responder, false)]
    [Rfc(4555, "3.7", "An answer with another COOKIE2 than was sent, or none, ends the IKE SA")]
    public void A_wrong_COOKIE2_in_the_answer_ends_the_IKE_SA(Role by, bool isMissing)
    {
        using Meddler meddler = With().Up();
        meddler.Edit(letter => letter.From != by && letter.IsResponse && letter.Has(NotifyType.Cookie2), letter =>
        {
            if (isMissing)
                letter.Remove(NotifyType.Cookie2);
            else
                letter.Notify(NotifyType.Cookie2).Body[^1] ^= 1;
        });
        Move(meddler);
        meddler.Run(TimeSpan.FromSeconds(1));

        Assert.Contains(meddler.Of(by).Output.Of<Events.IkeSaClosed>(), _ => true);
    }

    [Fact]
    [Rfc(4555, "3.5", "The initiator tells of its move by UPDATE_SA_ADDRESSES with both NAT detection hashes of the new path")]
    [Rfc(4555, "3.5", "The answer to UPDATE_SA_ADDRESSES has both NAT detection hashes too")]
    public void UPDATE_SA_ADDRESSES_goes_with_NAT_detection_both_ways()
    {
        using Meddler meddler = With().Up();
        Move(meddler);
        meddler.Run(TimeSpan.FromSeconds(1));

        Letter request = meddler.First(Role.Initiator, ExchangeType.Informational, response: false);
        Assert.Equal([0, 0, 0x40, 0x10], request.Notify(NotifyType.UpdateSaAddresses).Body);
        foreach (Letter letter in new[] { request, meddler.First(Role.Responder, ExchangeType.Informational, response: true) })
            Assert.True(letter.Has(NotifyType.NatDetectionSourceIp) && letter.Has(NotifyType.NatDetectionDestinationIp));
        Assert.Equal(Elsewhere, meddler.SaOf(Role.Responder).Path.Remote.Address);
    }

    [Fact]
    [Rfc(4555, "3.5", "Only the original initiator decides on addresses: UPDATE_SA_ADDRESSES of the responder moves nothing")]
    public void UPDATE_SA_ADDRESSES_of_the_responder_moves_nothing()
    {
        using Meddler meddler = With().Up();
        PeerPath path = meddler.SaOf(Role.Initiator).Path;
        Letter request = meddler.Request(Role.Initiator, ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.UpdateSaAddresses));

        meddler.Deliver(Role.Initiator, meddler.Sealed(request), path with { Remote = new IPEndPoint(IPAddress.Parse("203.0.113.50"), 4500) });

        Assert.Equal(path, meddler.SaOf(Role.Initiator).Path);
    }

    [Fact]
    [Rfc(4555, "3.9", "Where NO_NATS_ALLOWED does not match the addresses, UNEXPECTED_NAT_DETECTED is the answer and nothing moves")]
    public void A_NAT_that_is_not_allowed_is_told_and_nothing_moves()
    {
        using Meddler meddler = With().Up();
        PeerPath before = meddler.SaOf(Role.Responder).Path;

        Letter answer = meddler.Ask(Role.Responder, ExchangeType.Informational, writer =>
        {
            NotifyPayload.Write(writer, NotifyType.UpdateSaAddresses);
            NotifyPayload.Write(writer, NotifyType.NoNatsAllowed, new byte[12]);
        })!;

        Assert.Equal(NotifyType.UnexpectedNatDetected, answer.OnlyError);
        Assert.Equal(before, meddler.SaOf(Role.Responder).Path);
    }

    [Fact]
    [Rfc(4555, "3.8", "A message from elsewhere does not move the SAs by itself")]
    public void Without_UPDATE_SA_ADDRESSES_a_message_from_elsewhere_moves_nothing()
    {
        using Meddler meddler = With().Up();
        PeerPath path = meddler.SaOf(Role.Responder).Path;
        PeerPath other = path with { Remote = new IPEndPoint(Elsewhere, 4500) };

        Assert.Single(meddler.Deliver(Role.Responder, meddler.Sealed(meddler.Request(Role.Responder, ExchangeType.Informational)), other));

        Assert.Equal(other, meddler.Duet.Right.Output.Sent[^1].Path);
        Assert.Equal(path, meddler.SaOf(Role.Responder).Path);
    }

    private static Meddler With() => new(c => c with { Mobike = true }, c => c with { Mobike = true, RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0")] });

    private static bool Move(Meddler meddler)
    {
        meddler.Duet.Left.Address = Elsewhere;
        return meddler.Duet.Left.Connection.TryMoveTo(meddler.Duet.Now, new IPEndPoint(Elsewhere, 4500));
    }
}

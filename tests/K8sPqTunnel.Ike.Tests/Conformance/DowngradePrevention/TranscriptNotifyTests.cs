using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.DowngradePrevention;

/// <summary>draft-ietf-ipsecme-ikev2-downgrade-prevention: the notification.</summary>
public sealed class TranscriptNotifyTests
{
    private const string Draft = "draft-ietf-ipsecme-ikev2-downgrade-prevention";

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(Draft, "5", "IKE_SA_INIT_FULL_TRANSCRIPT_AUTH has neither SPI nor data; data in it are ignored")]
    public void Data_in_the_notification_are_ignored(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(from, ExchangeType.IkeSaInit, response: from == Role.Responder, letter =>
            letter.Notify(NotifyType.FullTranscriptAuth).Body = [0, 0, 0x40, 0x3f, 1, 2, 3]);
        meddler.Up();

        Assert.Equal([0, 0, 0x40, 0x3f], meddler.First(from, ExchangeType.IkeSaInit, response: from == Role.Responder).Notify(NotifyType.FullTranscriptAuth).Body);
    }

    [Fact]
    [Rfc(Draft, "5", "The responder sends it whether or not the initiator did; with one side silent AUTH is that of RFC 7296")]
    public void The_responder_sends_it_unasked_and_comes_up_without()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeSaInit, response: false, letter => letter.Remove(NotifyType.FullTranscriptAuth));
        meddler.Edit(Role.Responder, ExchangeType.IkeSaInit, response: true, letter => letter.Remove(NotifyType.FullTranscriptAuth));
        meddler.Up();

        Assert.True(meddler.First(Role.Responder, ExchangeType.IkeSaInit, response: true).Has(NotifyType.FullTranscriptAuth));
    }
}

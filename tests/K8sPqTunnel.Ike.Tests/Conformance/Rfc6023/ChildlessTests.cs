using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc6023;

/// <summary>RFC 6023: an IKE SA without a child.</summary>
public sealed class ChildlessTests
{
    private static readonly PayloadType[] OfTheChild =
        [PayloadType.SecurityAssociation, PayloadType.TrafficSelectorInitiator, PayloadType.TrafficSelectorResponder];

    [Fact]
    [Rfc(6023, "3", "The responder announces support in its IKE_SA_INIT response, by a Notify without data")]
    public void The_responder_announces_that_it_takes_an_IKE_SA_without_a_child()
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Equal([0, 0, 0x40, 0x22], meddler.First(Role.Responder, ExchangeType.IkeSaInit, response: true).Notify(NotifyType.ChildlessSupported).Body);
        Assert.False(meddler.First(Role.Initiator, ExchangeType.IkeSaInit, response: false).Has(NotifyType.ChildlessSupported));
    }

    [Theory, InlineData(true), InlineData(false)]
    [Rfc(6023, "3", "SA and TS payloads are left out of IKE_AUTH only towards a responder that has announced support")]
    public void The_child_is_left_out_only_where_the_responder_has_announced_support(bool announced)
    {
        using Meddler meddler = new(initiator: c => c with { Childless = true });
        if (!announced)
            meddler.Edit(Role.Responder, ExchangeType.IkeSaInit, response: true, letter => letter.Remove(NotifyType.ChildlessSupported));
        meddler.Start();

        Letter request = meddler.First(Role.Initiator, ExchangeType.IkeAuth, response: false);
        Assert.All(OfTheChild, type => Assert.Equal(!announced, request.Has(type)));
        Assert.True(meddler.IsUp);
    }

    [Fact]
    [Rfc(6023, "3", "The answer to an IKE_AUTH without SA and TS payloads has none either")]
    public void The_answer_without_a_child_has_AUTH_and_nothing_of_a_child()
    {
        using Meddler meddler = new Meddler(initiator: c => c with { Childless = true }).Start();

        Letter answer = meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true);
        Assert.True(answer.Has(PayloadType.Authentication));
        Assert.All(OfTheChild, type => Assert.False(answer.Has(type)));
    }
}

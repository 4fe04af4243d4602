using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.4: whether the other end is alive.</summary>
public sealed class LivenessTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.4", "Failure is concluded only when repeated attempts have gone unanswered")]
    public void A_silent_end_is_asked_several_times_before_it_counts_as_dead(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { LivenessDelay = Delay }).Up();
        meddler.Edit(letter => letter.From != by, letter => letter.IsLost = true);

        meddler.Run(Delay + TimeSpan.FromSeconds(5));
        Assert.NotEmpty(meddler.Of(by).Output.Installed);

        meddler.Run(TimeSpan.FromMinutes(4));
        Assert.Contains(meddler.Of(by).Output.Of<Events.IkeSaClosed>(), _ => true);
        Assert.True(meddler.All(by, ExchangeType.Informational, response: false).Count() > 3);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.4", "A packet of a child SA proves life as a message of the IKE SA does")]
    public void Nobody_is_asked_whose_ESP_comes_in_and_silence_is_counted_from_the_last_packet(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { LivenessDelay = Delay }).Up();
        meddler.Of(Role.Initiator).Output.Silence = meddler.Of(Role.Responder).Output.Silence = TimeSpan.FromSeconds(2);
        meddler.Run(TimeSpan.FromMinutes(5));
        Assert.Empty(meddler.All(Role.Initiator, ExchangeType.Informational, response: false));
        Assert.Empty(meddler.All(Role.Responder, ExchangeType.Informational, response: false));

        // The other end still has packets and does not ask; ours come no more.
        meddler.Of(by).Output.Silence = TimeSpan.FromSeconds(31);
        meddler.Run(Delay + TimeSpan.FromSeconds(1));
        Assert.Single(meddler.All(by, ExchangeType.Informational, response: false));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.4", "Only a fresh protected message proves life: a repeat does not")]
    public void Repeats_of_an_old_message_do_not_put_the_liveness_check_off(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { LivenessDelay = Delay }).Up();
        Letter recorded = meddler.Request(by, ExchangeType.Informational);
        byte[] octets = meddler.Sealed(recorded);
        meddler.Ask(recorded);
        meddler.Edit(letter => letter.From != by, letter => letter.IsLost = true);

        for (int second = 0; second < 40; second++)
        {
            meddler.Deliver(by, octets);
            meddler.Run(TimeSpan.FromSeconds(1));
        }

        Assert.NotEmpty(meddler.All(by, ExchangeType.Informational, response: false));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.4", "INITIAL_CONTACT is only in the first IKE_AUTH request")]
    public void INITIAL_CONTACT_is_said_in_the_first_IKE_AUTH_request_and_nowhere_else(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Of(by).Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(5));

        Letter said = Assert.Single(meddler.Seen, letter => letter.Has(NotifyType.InitialContact));
        Assert.Equal((ExchangeType.IkeAuth, Role.Initiator, false), (said.Exchange, said.From, said.IsResponse));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.4", "INITIAL_CONTACT in another message may be ignored, and is")]
    public void INITIAL_CONTACT_in_another_exchange_ends_nothing(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Empty(meddler.Ask(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.InitialContact))!.Parts);
        meddler.AssertUp();
    }

    [Fact]
    [Rfc(7296, "2.4", "INITIAL_CONTACT counts only when the peer has authenticated itself")]
    public void INITIAL_CONTACT_of_somebody_who_does_not_prove_the_identity_ends_nothing()
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Edit(Role.Initiator, ExchangeType.IkeAuth, response: false, letter => letter[PayloadType.Authentication].Body[^1] ^= 1);
        meddler.Duet.Left.Restart(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(1));

        Assert.Contains(meddler.All(Role.Initiator, ExchangeType.IkeAuth, response: false).Skip(1), letter => letter.Has(NotifyType.InitialContact));
        Assert.Single(meddler.Duet.Right.Output.Installed);
    }
}

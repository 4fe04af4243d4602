using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc9242;

/// <summary>RFC 9242: IKE_INTERMEDIATE.</summary>
public sealed class IntermediateTests
{
    private static readonly Func<ConnectionConfig, ConnectionConfig> ThreeRounds =
        c => c with { IkeProposals = [Proposals.Parse("20/256 prf6 ecp384 mlkem768 x25519 mlkem1024")] };

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(9242, "3.1", "Support is announced in IKE_SA_INIT by a Notify without data, by both ends")]
    public void Both_ends_announce_IKE_INTERMEDIATE(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Equal(
            [0, 0, 0x40, 0x36], meddler.First(from, ExchangeType.IkeSaInit, response: from == Role.Responder).Notify(NotifyType.IntermediateExchangeSupported).Body);
    }

    [Fact]
    [Rfc(9242, "3.2", "Each IKE_INTERMEDIATE has the next message ID, and IKE_AUTH the one after the last")]
    [Rfc(9370, "2.2.2", "There is one IKE_INTERMEDIATE for each additional key exchange, in the order of their transform types")]
    public void Message_IDs_go_on_through_all_rounds_and_the_methods_come_in_order()
    {
        using Meddler meddler = Meddler.OfBoth(ThreeRounds).Up();

        Letter[] requests = [.. meddler.Seen.Where(letter => letter is { From: Role.Initiator, IsResponse: false })];
        Assert.Equal([0, 1, 2, 3, 4], requests.Select(letter => (int)letter.Header.MessageId));
        Assert.Equal(ExchangeType.IkeAuth, requests[4].Exchange);
        Assert.Equal([36, 31, 37], requests[1..4].Select(letter => (int)letter[PayloadType.KeyExchange].Body[1]));
        Assert.All(requests[1..4], letter => Assert.Single(letter.Parts, part => part.Type == PayloadType.KeyExchange));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(9242, "3.3.2", "AUTH covers all IKE_INTERMEDIATE messages of both ends")]
    public void A_changed_IKE_INTERMEDIATE_message_does_not_get_past_AUTH(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(from, ExchangeType.IkeIntermediate, response: from == Role.Responder, letter => letter.Append((NotifyType)40000, 1));
        meddler.Start();

        Assert.Equal(NotifyType.AuthenticationFailed, meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true).OnlyError);
        Assert.False(meddler.IsUp);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(9242, "3.2", "IKE_INTERMEDIATE has its place between IKE_SA_INIT and IKE_AUTH only")]
    public void After_IKE_AUTH_no_IKE_INTERMEDIATE_is_answered(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Null(meddler.Ask(to, ExchangeType.IkeIntermediate));
        meddler.AssertUp();
    }

    [Fact]
    [Rfc(9242, "3.2", "An IKE_INTERMEDIATE that was negotiated cannot be left out")]
    [Rfc(9370, "2.2.2", "IKE_AUTH comes after all additional key exchanges")]
    public void IKE_AUTH_before_the_negotiated_IKE_INTERMEDIATE_is_not_answered()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeIntermediate, response: false, letter => letter.IsLost = true);
        meddler.Start(TimeSpan.FromSeconds(0.1));
        IkeSa sa = meddler.Duet.Right.Endpoint.FindHalfOpen(meddler.SaOf(Role.Initiator).ResponderSpi)!;
        Letter early = meddler.Request(Role.Initiator, ExchangeType.IkeAuth);
        Letter auth = new(Role.Initiator, early.Header with { Flags = HeaderFlags.Initiator, MessageId = 1 });

        Assert.Empty(meddler.Deliver(Role.Responder, meddler.Sealed(auth), sa.Path));
        Assert.Equal(IkeSaState.Intermediate, sa.State);
    }

    [Fact]
    [Rfc(9242, "3.1", "A responder that does not announce it gets no IKE_INTERMEDIATE")]
    public void Without_the_responders_announcement_no_IKE_INTERMEDIATE_is_sent()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Responder, ExchangeType.IkeSaInit, response: true, letter => letter.Remove(NotifyType.IntermediateExchangeSupported));
        meddler.Start(TimeSpan.FromSeconds(5));

        Assert.DoesNotContain(meddler.Seen, letter => letter.Exchange == ExchangeType.IkeIntermediate);
    }

    [Fact]
    [Rfc(9242, "3.1", "The responder does not announce it to an initiator that does not")]
    public void An_initiator_that_does_not_announce_it_gets_no_announcement()
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { QuantumPolicy = QuantumPolicy.Preferred, IkeProposals = [World.Hybrid, World.Classical] });
        meddler.Edit(Role.Initiator, ExchangeType.IkeSaInit, response: false, letter => letter.Remove(NotifyType.IntermediateExchangeSupported));
        meddler.Start();

        Assert.False(meddler.First(Role.Responder, ExchangeType.IkeSaInit, response: true).Has(NotifyType.IntermediateExchangeSupported));
        Assert.DoesNotContain(meddler.Seen, letter => letter.Exchange == ExchangeType.IkeIntermediate);
    }
}

using System.Net;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>What a stranger's first message brings.</summary>
public sealed class ReceptionTests
{
    private static readonly IReadOnlyList<Transform> Classical = World.Classical.Transforms;
    private static readonly IReadOnlyList<Transform> Hybrid = World.Hybrid.Transforms;

    [Fact]
    [Rfc(7296, "2.1", "A repeated IKE_SA_INIT request gets the same response, and opens nothing new")]
    public void A_repeat_gets_the_same_octets_and_other_octets_under_its_SPI_get_nothing()
    {
        using Duet duet = Responder();
        Stranger stranger = new();
        byte[] request = stranger.Request();

        byte[] first = Assert.Single(stranger.Send(duet.Right, request));

        Assert.Equal(first, Assert.Single(stranger.Send(duet.Right, request)));
        Assert.Empty(stranger.Send(duet.Right, (stranger with { Nonce = new byte[16] }).Request()));
        Assert.Equal(1, duet.Right.Endpoint.HalfOpenCount);
    }

    [Fact]
    public void A_classical_offer_is_refused_where_ML_KEM_is_required_and_both_lists_are_told()
    {
        using Duet duet = Responder();

        byte[] answer = Assert.Single(new Stranger { Offer = [Classical] }.Begin(duet.Right));

        Assert.Equal((NotifyType.NoProposalChosen, []), Stranger.NotifyOf(answer));
        Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
        IkeFailure failure = duet.Right.Output.Of<PeerTurnedAway>().Single().Failure;
        Assert.Equal(FailureReason.NotQuantumSafe, failure.Reason);
        Assert.Contains("offers aes256gcm16-prfsha384-ecp384,", failure.Message, StringComparison.Ordinal);
        Assert.Contains("we take aes256gcm16-prfsha384-ecp384-ke1_mlkem768", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProposalOrder.Ours)]
    [InlineData(ProposalOrder.Theirs)]
    public void Where_ML_KEM_is_preferred_it_wins_whatever_the_order(ProposalOrder order)
    {
        using Duet duet = Responder(c => c with
        {
            QuantumPolicy = QuantumPolicy.Preferred,
            ProposalOrder = order,
            IkeProposals = [World.Classical, World.Hybrid],
        });

        Assert.Contains(
            Stranger.ChoiceOf(Assert.Single(new Stranger { Offer = [Classical, Hybrid] }.Begin(duet.Right))), t => t.IsPostQuantum);
        Assert.DoesNotContain(
            Stranger.ChoiceOf(Assert.Single(new Stranger { Offer = [Classical], Spi = new IkeSpi(2) }.Begin(duet.Right))), t => t.IsPostQuantum);
    }

    [Fact]
    [Rfc(9370, "2.2.1", "No additional key exchange is chosen for an initiator without IKE_INTERMEDIATE")]
    public void A_peer_that_cannot_do_IKE_INTERMEDIATE_gets_no_additional_key_exchange()
    {
        using Duet required = Responder();
        using Duet preferred = Responder(c => c with { QuantumPolicy = QuantumPolicy.Preferred, IkeProposals = [World.Hybrid, World.Classical] });
        var old = new Stranger { Offer = [Hybrid, Classical], AnnouncesIntermediate = false };

        Assert.Equal(NotifyType.NoProposalChosen, Stranger.NotifyOf(Assert.Single(old.Begin(required.Right))).Type);
        Assert.DoesNotContain(Stranger.ChoiceOf(Assert.Single(old.Begin(preferred.Right))), t => t.IsAdditionalKeyExchange);
    }

    [Fact]
    [Rfc(7296, "1.2", "A key of another group than the chosen one is answered with INVALID_KE_PAYLOAD and the group")]
    public void A_key_of_another_method_is_answered_with_the_one_that_is_wanted_and_costs_no_state()
    {
        using Duet duet = Responder();
        List<Transform> both = [.. Hybrid, Transform.Of(KeyExchangeMethod.X25519)];

        byte[] answer = Assert.Single(new Stranger { Offer = [both], Method = KeyExchangeMethod.X25519 }.Begin(duet.Right));

        (NotifyType type, byte[] data) = Stranger.NotifyOf(answer);
        Assert.Equal(NotifyType.InvalidKePayload, type);
        Assert.Equal([0, (byte)KeyExchangeMethod.Ecp384], data);
        Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
    }

    [Fact]
    public void A_key_that_is_none_is_answered_with_INVALID_SYNTAX()
    {
        using Duet duet = Responder();

        Assert.Equal(
            NotifyType.InvalidSyntax, Stranger.NotifyOf(Assert.Single(new Stranger { Key = new byte[96] }.Begin(duet.Right))).Type);
        Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
    }

    [Fact]
    [Rfc(7296, "2.5", "An unknown critical payload in IKE_SA_INIT is rejected by its type, others are ignored")]
    public void An_unknown_critical_payload_is_named_and_an_uncritical_one_passed_over()
    {
        using Duet duet = Responder();
        static byte[] With(Stranger stranger, byte flags)
        {
            byte[] request = (stranger with { Adds = writer => { writer.Begin((PayloadType)200); writer.End(); } }).Request();
            request[^3] = flags;                                     // The last payload's second octet.
            return request;
        }

        Stranger first = new(), second = new() { Spi = new IkeSpi(2) };

        (NotifyType type, byte[] data) = Stranger.NotifyOf(Assert.Single(first.Send(duet.Right, With(first, 0x80))));
        Assert.Equal(NotifyType.UnsupportedCriticalPayload, type);
        Assert.Equal([200], data);
        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single(second.Send(duet.Right, With(second, 0)))));
    }

    [Fact]
    [Rfc(7296, "2.5", "A higher major version is told ours; an answer never gets an answer")]
    public void A_higher_major_version_is_told_ours_and_a_lower_one_nothing()
    {
        using Duet duet = Responder();
        Stranger stranger = new();
        byte[] request = stranger.Request();

        request[17] = 0x30;
        Assert.Equal(NotifyType.InvalidMajorVersion, Stranger.NotifyOf(Assert.Single(stranger.Send(duet.Right, request))).Type);
        request[17] = 0x10;
        Assert.Empty(stranger.Send(duet.Right, request));
        // An answer to an answer would never end.
        request[17] = 0x30;
        request[19] = (byte)HeaderFlags.Response;
        Assert.Empty(stranger.Send(duet.Right, request));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(257)]
    [Rfc(7296, "2.10", "Nonces of fewer than 16 octets or more than 256 are not taken")]
    public void A_nonce_of_forbidden_length_gets_no_answer(int length)
    {
        using Duet duet = Responder();

        Assert.Empty(new Stranger { Nonce = new byte[length] }.Begin(duet.Right));
        Assert.Equal(1, duet.Right.Endpoint.Drops[DropReason.RuleBroken]);
    }

    [Fact]
    [Rfc(7296, "3.1", "Message ID, flags, SPIs and length of the first request are as they have to be, or nobody answers")]
    public void Strangers_hear_nothing_on_any_other_message()
    {
        using Duet duet = Responder();
        Stranger stranger = new();
        List<byte[]> others = [];
        foreach (ExchangeType exchange in new[]
        {
            ExchangeType.IkeAuth, ExchangeType.CreateChildSa, ExchangeType.Informational, ExchangeType.IkeIntermediate,
            ExchangeType.IkeFollowupKe, (ExchangeType)99,
        })
        {
            byte[] request = stranger.Request();
            request[18] = (byte)exchange;
            others.Add(request);
        }

        byte[] answer = stranger.Request(), known = stranger.Request(), late = stranger.Request(), ofResponder = stranger.Request();
        answer[19] |= (byte)HeaderFlags.Response;
        known[8] = 1;                                                // A responder's SPI that is none of ours.
        late[23] = 1;                                                // A message ID that is none of IKE_SA_INIT's.
        ofResponder[19] = 0;
        others.AddRange([answer, known, late, ofResponder, [], stranger.Request()[..27], [.. stranger.Request(), 0]]);

        foreach (byte[] other in others)
            Assert.Empty(stranger.Send(duet.Right, other));
        Assert.Equal(others.Count, duet.Right.Endpoint.Drops.Total);
        Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
    }

    [Fact]
    public void An_address_that_no_connection_names_hears_nothing()
    {
        using Duet duet = Responder();
        Stranger stranger = new();

        Assert.Empty((stranger with { Path = stranger.Path with { Remote = IPEndPoint.Parse("203.0.113.1:500") } }).Begin(duet.Right));
        Assert.Empty((stranger with { Path = stranger.Path with { Local = IPEndPoint.Parse("198.51.100.8:500") } }).Begin(duet.Right));
        Assert.Equal(2, duet.Right.Endpoint.Drops[DropReason.NotOurs]);
    }

    [Fact]
    public void A_connection_that_is_not_started_answers_nobody()
    {
        using var duet = new Duet();

        Assert.Empty(new Stranger().Begin(duet.Right));
    }

    [Fact]
    public void Our_own_message_thrown_back_is_no_stranger()
    {
        using var duet = new Duet();
        duet.Left.Start(duet.Now);
        (PeerPath path, byte[] request) = Assert.Single(duet.Left.Output.Sent);

        duet.Left.Endpoint.Receive(duet.Now, path, request);

        Assert.Equal(0, duet.Left.Endpoint.HalfOpenCount);
        Assert.Single(duet.Left.Output.Sent);
        Assert.Equal(1, duet.Left.Endpoint.Drops[DropReason.NotOurs]);
    }

    [Fact]
    public void Refusals_fill_no_log()
    {
        using Duet duet = Responder();
        for (ulong i = 1; i <= 100; i++)
            new Stranger { Offer = [Classical], Spi = new IkeSpi(i) }.Begin(duet.Right, TimeSpan.FromMilliseconds(i));

        Assert.Single(duet.Right.Output.Of<PeerTurnedAway>());
        Assert.Equal(100, duet.Right.Endpoint.Drops[DropReason.TurnedAway]);
    }

    private static Duet Responder(Func<ConnectionConfig, ConnectionConfig>? configure = null)
    {
        var duet = new Duet(right: configure);
        duet.Right.Start(duet.Now);
        return duet;
    }
}

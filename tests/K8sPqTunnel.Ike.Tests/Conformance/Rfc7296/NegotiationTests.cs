using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.7, 3.3: proposals and what is chosen of them.</summary>
public sealed class NegotiationTests
{
    private const int FirstTransform = 8;

    [Fact]
    [Rfc(7296, "2.7", "The answer has a single proposal with one transform of each type that was proposed")]
    [Rfc(7296, "3.3.6", "The responder selects a single set of parameters and a single transform of each type")]
    [Rfc(7296, "3.3.1", "The answer has the number of the proposal that was accepted")]
    public void Of_several_proposals_and_transforms_one_comes_back_under_its_number()
    {
        using Duet duet = Responder();
        Transform[] wide = [new Transform(TransformType.Encryption, 18, 256), .. World.Hybrid.Transforms, new Transform(TransformType.AdditionalKeyExchange1, 35)];

        byte[] answer = Assert.Single(new Stranger { Offer = [World.Classical.Transforms, wide] }.Begin(duet.Right));

        Part sa = InTheOpen(answer)[PayloadType.SecurityAssociation];
        OfferedProposal chosen = Assert.Single(OfferedProposal.ReadAll(sa.Body));
        Assert.Equal(2, chosen.Number);
        Assert.Equal(World.Hybrid.Transforms.OrderBy(t => t.Type), chosen.Transforms.OrderBy(t => t.Type));
    }

    [Fact]
    [Rfc(7296, "3.3.1", "Proposals are numbered from 1 on, one by one")]
    [Rfc(7296, "3.3.1", "The SPI size is 0 in IKE_SA_INIT, 4 for ESP, 8 in a rekey of the IKE SA")]
    public void Our_proposals_are_numbered_from_1_and_have_SPIs_of_the_right_size()
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { IkeProposals = [World.Hybrid, Proposals.Parse("20/128 prf5 x25519 mlkem768")] }).Up();
        meddler.Duet.Left.Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(5));

        List<OfferedProposal> init = ProposalsOf(meddler, ExchangeType.IkeSaInit), auth = ProposalsOf(meddler, ExchangeType.IkeAuth);
        Assert.Equal([1, 2], init.Select(proposal => proposal.Number));
        Assert.All(init, proposal => Assert.Empty(proposal.Spi));
        Assert.All(auth, proposal => Assert.Equal(4, proposal.Spi.Length));
        Assert.All(ProposalsOf(meddler, ExchangeType.CreateChildSa), proposal => Assert.Equal(8, proposal.Spi.Length));
    }

    [Fact]
    [Rfc(7296, "3.3", "Combined-mode and other ciphers are in separate proposals; integrity is left out beside the former")]
    public void A_proposal_with_an_AEAD_has_no_integrity_algorithm()
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { IkeProposals = [World.Hybrid, Proposals.Parse("12/256 integ12 prf5 ecp384 mlkem768")] }).Up();

        List<OfferedProposal> init = ProposalsOf(meddler, ExchangeType.IkeSaInit);
        Assert.Equal(2, init.Count);
        Assert.All(init, proposal => Assert.NotEqual(
            proposal.Transforms.Any(t => t is { Type: TransformType.Encryption, Id: 20 }), proposal.Transforms.Any(t => t.Type == TransformType.Integrity)));
    }

    [Fact]
    [Rfc(7296, "2.7", "Where no proposal is acceptable all are rejected by NO_PROPOSAL_CHOSEN")]
    public void Where_nothing_fits_NO_PROPOSAL_CHOSEN_is_the_answer()
    {
        using Duet duet = Responder();

        Assert.Equal(
            (NotifyType.NoProposalChosen, []), Stranger.NotifyOf(Assert.Single(new Stranger { Offer = [World.Classical.Transforms] }.Begin(duet.Right))));
    }

    [Fact]
    [Rfc(7296, "3.3.6", "A proposal with an unknown transform type, or without a mandatory one, is unacceptable; others are processed as usual")]
    public void An_unknown_transform_type_or_a_missing_one_excludes_only_its_proposal()
    {
        using Duet duet = Responder();
        Transform[] unknown = [.. World.Hybrid.Transforms, new Transform((TransformType)99, 1)];
        Transform[] missing = [.. World.Hybrid.Transforms.Where(t => t.Type != TransformType.PseudorandomFunction)];

        byte[] answer = Assert.Single(new Stranger { Offer = [unknown, missing, World.Hybrid.Transforms] }.Begin(duet.Right));

        Assert.Equal(3, Assert.Single(OfferedProposal.ReadAll(InTheOpen(answer)[PayloadType.SecurityAssociation].Body)).Number);
    }

    [Fact]
    [Rfc(7296, "3.3.6", "An unknown transform is unacceptable; others of its type are processed as usual")]
    public void An_unknown_transform_excludes_only_itself()
    {
        using Duet duet = Responder();
        Transform[] offer = [new Transform(TransformType.Encryption, 9999, 256), new Transform(TransformType.PseudorandomFunction, 777), .. World.Hybrid.Transforms];

        Assert.Equal(
            World.Hybrid.Transforms.OrderBy(t => t.Type),
            Stranger.ChoiceOf(Assert.Single(new Stranger { Offer = [offer] }.Begin(duet.Right))).OrderBy(t => t.Type));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.3.6", "A transform with an unknown attribute is unacceptable")]
    public void A_transform_with_an_unknown_attribute_is_not_taken(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
        {
            byte[] body = letter[PayloadType.SecurityAssociation].Body;
            int attribute = Array.IndexOf(body, (byte)0x80);
            Assert.Equal(14, body[attribute + 1]);
            body[attribute + 1] = 15;
        })!;

        Assert.Equal(NotifyType.NoProposalChosen, answer.OnlyError);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.3.6", "The attributes of a selected transform come back unmodified")]
    public void The_key_length_comes_back_as_it_was_proposed(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)))!;

        Assert.Contains(
            OfferedProposal.ReadAll(answer[PayloadType.SecurityAssociation].Body)[0].Transforms,
            transform => transform is { Type: TransformType.Encryption, Id: 20, KeyBits: 256 });
    }

    [Theory]
    [InlineData(ExchangeType.IkeSaInit, "another number"), InlineData(ExchangeType.IkeSaInit, "another transform"), InlineData(ExchangeType.IkeSaInit, "another key length")]
    [InlineData(ExchangeType.IkeAuth, "another number"), InlineData(ExchangeType.IkeAuth, "another transform"), InlineData(ExchangeType.IkeAuth, "another key length")]
    [Rfc(7296, "3.3.6", "The initiator checks that the accepted offer is consistent with one of its proposals, and if not terminates the exchange")]
    internal void A_choice_that_was_never_offered_ends_the_exchange(ExchangeType exchange, string what)
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Responder, exchange, response: true, letter =>
        {
            byte[] body = letter[PayloadType.SecurityAssociation].Body;
            int transform = FirstTransform + body[6];
            switch (what)
            {
                case "another number":
                    body[4] = 2;
                    break;
                case "another transform":
                    body[transform + 7] = 18;
                    break;
                default:
                    body[transform + 10] = 0;
                    body[transform + 11] = 128;
                    break;
            }
        });
        meddler.Start(TimeSpan.FromSeconds(5));

        Assert.Empty(meddler.Duet.Left.Output.Installed);
        Assert.DoesNotContain(
            meddler.Seen, letter => letter is { From: Role.Initiator, IsOfInit: false } && exchange == ExchangeType.IkeSaInit);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.3.1", "Reserved fields of proposals and transforms are ignored")]
    [Rfc(7296, "3.3.2", "Reserved fields of proposals and transforms are ignored")]
    public void Reserved_fields_inside_an_SA_payload_are_ignored(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(letter => letter.From == from && letter.Has(PayloadType.SecurityAssociation), letter =>
        {
            byte[] body = letter[PayloadType.SecurityAssociation].Body;
            body[1] = 0xff;
            for (int at = FirstTransform + body[6]; at < body.Length; at += body[at + 3])
                body[at + 1] = body[at + 5] = 0xff;
        });

        meddler.Up();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.3.1", "Reserved fields of proposals and transforms are sent as zero")]
    public void Reserved_fields_inside_an_SA_payload_are_sent_as_zero(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.All(meddler.Seen.Where(letter => letter.From == from && letter.Has(PayloadType.SecurityAssociation)), letter =>
        {
            byte[] body = letter[PayloadType.SecurityAssociation].Body;
            Assert.Equal(0, body[1]);
            for (int at = FirstTransform + body[6]; at < body.Length; at += body[at + 3])
                Assert.Equal((0, 0), (body[at + 1], body[at + 5]));
        });
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.7", "A proposal for another protocol is not taken; the others are")]
    public void A_proposal_of_AH_before_one_of_ESP_is_passed_over(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
        {
            Part sa = letter[PayloadType.SecurityAssociation];
            byte[] ah = [2, 0, 0, 20, 1, 2, 4, 1, 9, 9, 9, 9, 0, 0, 0, 8, 3, 0, 0, 12];
            sa.Body[4] = 2;
            sa.Body = [.. ah, .. sa.Body];
        })!;

        OfferedProposal chosen = Assert.Single(OfferedProposal.ReadAll(answer[PayloadType.SecurityAssociation].Body));
        Assert.Equal(2, chosen.Number);
    }

    private static List<OfferedProposal> ProposalsOf(Meddler meddler, ExchangeType exchange) =>
        OfferedProposal.ReadAll(meddler.First(Role.Initiator, exchange, response: false)[PayloadType.SecurityAssociation].Body);

    private static Letter InTheOpen(byte[] datagram)
    {
        Assert.Equal(ParseError.None, IkeHeader.TryRead(datagram, out IkeHeader header));
        return Letter.Read(Role.Responder, header, header.NextPayload, datagram.AsSpan(IkeHeader.Length), datagram);
    }

    private static Duet Responder()
    {
        var duet = new Duet();
        duet.Right.Start(duet.Now);
        return duet;
    }
}

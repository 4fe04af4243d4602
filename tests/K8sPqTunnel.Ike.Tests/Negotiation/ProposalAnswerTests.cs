using FsCheck.Fluent;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Negotiation;

public sealed class ProposalAnswerTests
{
    private static readonly IkeProposal Hybrid = Proposals.Parse("20/256 prf6 ecp384 mlkem768");
    private static readonly IkeProposal Cbc = Proposals.Parse("12/256 integ12 prf5 x25519 mlkem1024");

    [Fact]
    public void One_transform_of_each_type_from_one_proposal_is_a_choice()
    {
        Assert.Equal(AnswerFault.None, Check([Cbc.Transforms], 2, out IReadOnlyList<Transform> chosen));
        Assert.Equal(Cbc.Transforms, chosen);
    }

    [Theory]
    [InlineData(false, AnswerFault.KeyExchangeMissing)]
    [InlineData(true, AnswerFault.None)]
    internal void An_additional_key_exchange_may_be_left_out_only_where_NONE_was_offered(bool offersNone, AnswerFault expected)
    {
        // RFC 9370 2.2.1
        IReadOnlyList<Transform> offer = offersNone
            ? [.. Hybrid.Transforms, Transform.Additional(1, KeyExchangeMethod.None)]
            : Hybrid.Transforms;
        using PayloadWriter writer = new();
        SaPayload.Write(writer, ProtocolId.Ike, [], [[.. Hybrid.Transforms.Where(t => !t.IsAdditionalKeyExchange)]]);

        Assert.Equal(expected, ProposalAnswer.Check(writer.Octets[GenericHeader.Length..], ProtocolId.Ike, [offer], 0, out _, out _));
    }

    [Fact]
    public void Integrity_NONE_beside_an_AEAD_is_no_fault() =>
        Assert.Equal(AnswerFault.None, Check([[.. Hybrid.Transforms, Transform.Of(IntegrityId.None)]], 1, out _));

    [Fact]
    public void Integrity_NONE_in_place_of_an_offered_algorithm_is_no_choice() =>
        Assert.Equal(
            AnswerFault.NotOffered,
            Check([[.. Cbc.Transforms.Select(t => t.Type == TransformType.Integrity ? Transform.Of(IntegrityId.None) : t)]], 2, out _));

    [Fact]
    public void Whatever_is_taken_as_a_choice_can_run() =>
        Prop.ForAll(Arb.From(Answers.From([Hybrid.Transforms, Cbc.Transforms])), answer =>
        {
            if (Check([answer.Transforms], answer.Number, out IReadOnlyList<Transform> chosen) != AnswerFault.None)
                return true;
            IkeAlgorithms algorithms = new IkeSelection(chosen).Algorithms;
            return algorithms.Encryption.IsAead == (algorithms.Integrity == IntegrityId.None) && Prf.Knows(algorithms.Prf);
        }).MustHold(tries: 800);

    [Fact]
    [Rfc(7296, "2.7", "Two proposals are no choice")]
    public void Two_proposals_are_no_choice() =>
        Assert.Equal(AnswerFault.SeveralProposals, Check([Hybrid.Transforms, Cbc.Transforms], 1, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_number_that_was_not_offered_is_no_choice(byte number) =>
        Assert.Equal(AnswerFault.NotOffered, Check([Hybrid.Transforms], number, out _));

    [Fact]
    public void The_transforms_of_another_proposal_are_no_choice() =>
        Assert.Equal(AnswerFault.NotOffered, Check([Cbc.Transforms], 1, out _));

    [Fact]
    [Rfc(7296, "3.3.5", "Another key length than was proposed is no choice")]
    public void Another_key_length_is_no_choice() =>
        Assert.Equal(
            AnswerFault.NotOffered,
            Check([[.. Hybrid.Transforms.Select(t => t.KeyBits == 256 ? t with { KeyBits = 128 } : t)]], 1, out _));

    [Fact]
    [Rfc(7296, "3.3.6", "Two transforms of one type are no choice")]
    public void Two_transforms_of_one_type_are_no_choice() =>
        Assert.Equal(AnswerFault.SeveralTransforms, Check([[.. Hybrid.Transforms, Hybrid.Transforms[0]]], 1, out _));

    [Theory]
    [InlineData(TransformType.Encryption)]
    [InlineData(TransformType.PseudorandomFunction)]
    [InlineData(TransformType.KeyExchange)]
    [Rfc(7296, "3.3.6", "A choice without one of the proposed types is none")]
    public void A_missing_transform_is_no_choice(TransformType missing) =>
        Assert.Equal(AnswerFault.TransformMissing, Check([[.. Hybrid.Transforms.Where(t => t.Type != missing)]], 1, out _));

    [Fact]
    [Rfc(9370, "2.2.1", "An answer with the same method twice is refused")]
    public void The_same_method_twice_is_no_choice()
    {
        // RFC 9370 2.2.1
        IkeProposal twice = new(
            [.. Proposals.Parse("20/256 prf6 mlkem768").Transforms, Transform.Additional(1, KeyExchangeMethod.MlKem768)]);
        using PayloadWriter writer = new();
        SaPayload.Write(writer, ProtocolId.Ike, [], [twice.Transforms]);

        Assert.Equal(
            AnswerFault.SameMethodTwice,
            ProposalAnswer.Check(writer.Octets[GenericHeader.Length..], ProtocolId.Ike, [twice.Transforms], 0, out _, out _));
    }

    [Theory]
    [InlineData(ProtocolId.Esp, 0)]
    [InlineData(ProtocolId.Ike, 4)]
    internal void Another_protocol_or_SPI_size_is_malformed(ProtocolId protocol, int spiLength)
    {
        using PayloadWriter writer = new();
        SaPayload.Write(writer, protocol, new byte[spiLength], [Hybrid.Transforms]);

        Assert.Equal(
            AnswerFault.Malformed,
            ProposalAnswer.Check(writer.Octets[GenericHeader.Length..], ProtocolId.Ike, [Hybrid.Transforms], 0, out _, out _));
    }

    [Fact]
    public void Every_cut_of_a_good_answer_is_malformed()
    {
        using PayloadWriter writer = new();
        SaPayload.Write(writer, ProtocolId.Ike, [], [Hybrid.Transforms]);
        byte[] body = writer.Octets[GenericHeader.Length..].ToArray();
        for (int length = 0; length < body.Length; length++)
        {
            Assert.Equal(
                AnswerFault.Malformed,
                ProposalAnswer.Check(body.AsSpan(0, length), ProtocolId.Ike, [Hybrid.Transforms], 0, out _, out _));
        }
    }

    private static AnswerFault Check(IReadOnlyList<IReadOnlyList<Transform>> answer, byte number, out IReadOnlyList<Transform> chosen)
    {
        using PayloadWriter writer = new();
        SaPayload.Write(writer, ProtocolId.Ike, [], answer, number);
        return ProposalAnswer.Check(
            writer.Octets[GenericHeader.Length..], ProtocolId.Ike, [Hybrid.Transforms, Cbc.Transforms], 0, out chosen, out _);
    }
}

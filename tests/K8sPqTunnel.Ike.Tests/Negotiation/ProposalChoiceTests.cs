using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Negotiation;

public sealed class ProposalChoiceTests
{
    private static readonly Transform Gcm = new(TransformType.Encryption, 20, 256);

    [Theory]
    [InlineData(ProposalOrder.Ours, "20/256 prf6 ecp384 mlkem768")]
    [InlineData(ProposalOrder.Theirs, "28/0 prf7 ecp521 mlkem1024")]
    public void The_first_proposal_of_whoever_decides_is_taken(ProposalOrder order, string expected)
    {
        List<PeerProposal> theirs = Offered("28/0 prf7 ecp521 mlkem1024", "20/256 prf6 ecp384 mlkem768");
        List<IkeProposal> ours = Configured("20/256 prf6 ecp384 mlkem768", "28/0 prf7 ecp521 mlkem1024");

        ProposalMatch match = ProposalChoice.ForIke(theirs, ours, order, QuantumPolicy.Required, intermediate: true)!;

        Assert.Equal(Proposals.Parse(expected).ToString(), ProposalText.Format(match.Transforms));
        Assert.Equal(order == ProposalOrder.Ours ? 2 : 1, match.Proposal.Number);
    }

    [Theory]
    [InlineData(ProposalOrder.Ours, KeyExchangeMethod.Ecp384)]
    [InlineData(ProposalOrder.Theirs, KeyExchangeMethod.X25519)]
    public void Within_a_proposal_too_the_order_is_that_of_whoever_decides(ProposalOrder order, KeyExchangeMethod expected)
    {
        PeerProposal theirs = Offer(Gcm, Prf(PrfId.HmacSha2_256), Prf(PrfId.HmacSha2_384), Ke(KeyExchangeMethod.X25519), Ke(KeyExchangeMethod.Ecp384));
        Transform[] ours = [Gcm, Prf(PrfId.HmacSha2_384), Ke(KeyExchangeMethod.Ecp384), Ke(KeyExchangeMethod.X25519)];

        ProposalMatch match = ProposalChoice.Choose([theirs], [ours], order, suits: null)!;

        Assert.Equal([Gcm, Prf(PrfId.HmacSha2_384), Ke(expected)], match.Transforms);
    }

    [Fact]
    [Rfc(9370, "2.2.1", "No method is chosen twice")]
    public void No_method_is_taken_twice_even_where_that_takes_another_look()
    {
        // The first round has to leave ML-KEM-768 to the second, which has nothing else.
        Transform[] transforms =
        [
            Gcm, Prf(PrfId.HmacSha2_384), Ke(KeyExchangeMethod.Ecp384), Transform.Additional(1, KeyExchangeMethod.MlKem768),
            Transform.Additional(1, KeyExchangeMethod.MlKem1024), Transform.Additional(2, KeyExchangeMethod.MlKem768),
        ];

        ProposalMatch match = ProposalChoice.Choose([Offer(transforms)], [transforms], ProposalOrder.Ours, suits: null)!;

        Assert.Equal(
            [Transform.Additional(1, KeyExchangeMethod.MlKem1024), Transform.Additional(2, KeyExchangeMethod.MlKem768)],
            match.Transforms.Where(t => t.IsAdditionalKeyExchange));
        Transform[] twice = [.. transforms[..4], Transform.Additional(2, KeyExchangeMethod.MlKem768)];
        Assert.Null(ProposalChoice.Choose([Offer(twice)], [twice], ProposalOrder.Ours, suits: null));
    }

    [Fact]
    [Rfc(9370, "2.2.1", "An additional key exchange is optional where its type lists NONE, and only there")]
    public void An_additional_key_exchange_that_only_the_peer_has_comes_to_NONE_if_the_peer_lists_it()
    {
        Transform[] ours = [Gcm, Prf(PrfId.HmacSha2_384), Ke(KeyExchangeMethod.Ecp384)];
        Transform[] optional =
            [.. ours, Transform.Additional(1, KeyExchangeMethod.MlKem768), Transform.Additional(1, KeyExchangeMethod.None)];

        ProposalMatch match = ProposalChoice.Choose([Offer(optional)], [ours], ProposalOrder.Ours, suits: null)!;

        Assert.Contains(Transform.Additional(1, KeyExchangeMethod.None), match.Transforms);
        Assert.Null(ProposalChoice.Choose([Offer(optional[..^1])], [ours], ProposalOrder.Ours, suits: null));
    }

    [Fact]
    public void An_additional_key_exchange_that_only_we_have_is_left_out_if_we_list_NONE()
    {
        Transform[] theirs = [Gcm, Prf(PrfId.HmacSha2_384), Ke(KeyExchangeMethod.Ecp384)];
        Transform[] optional =
            [.. theirs, Transform.Additional(1, KeyExchangeMethod.MlKem768), Transform.Additional(1, KeyExchangeMethod.None)];

        Assert.Equal(theirs, ProposalChoice.Choose([Offer(theirs)], [optional], ProposalOrder.Ours, suits: null)!.Transforms);
        Assert.Null(ProposalChoice.Choose([Offer(theirs)], [optional[..^1]], ProposalOrder.Ours, suits: null));
    }

    [Fact]
    [Rfc(7296, "3.3", "Integrity NONE beside an AEAD is acceptable")]
    public void An_integrity_algorithm_of_NONE_beside_an_AEAD_is_answered_as_it_is()
    {
        Transform none = new(TransformType.Integrity, 0);
        Transform[] ours = [Gcm, Prf(PrfId.HmacSha2_384), Ke(KeyExchangeMethod.Ecp384)];

        ProposalMatch match = ProposalChoice.Choose([Offer([.. ours, none])], [ours], ProposalOrder.Ours, suits: null)!;

        Assert.Contains(none, match.Transforms);
        Assert.Equal(IntegrityId.None, new IkeSelection(match.Transforms).Algorithms.Integrity);
    }

    [Fact]
    [Rfc(7296, "3.3.6", "A proposal with an unknown transform type is unacceptable")]
    public void A_transform_type_that_we_do_not_know_excludes_its_proposal()
    {
        Transform[] ours = [Gcm, Prf(PrfId.HmacSha2_384), Ke(KeyExchangeMethod.Ecp384)];

        Assert.Null(ProposalChoice.Choose(
            [Offer([.. ours, new Transform((TransformType)13, 1)])], [ours], ProposalOrder.Ours, suits: null));
    }

    [Fact]
    [Rfc(7296, "1.2", "Proposals in IKE_AUTH are taken with key exchange NONE only")]
    public void The_child_of_IKE_AUTH_takes_no_key_exchange_and_old_peers_may_leave_sequence_numbers_out()
    {
        EspProposal ours = new([Gcm, Ke(KeyExchangeMethod.Ecp384)]);
        PeerProposal theirs = Offer(Gcm, Ke(KeyExchangeMethod.X25519));

        Assert.Equal([Gcm], ProposalChoice.ForFirstChild([theirs], [ours], ProposalOrder.Ours)!.Transforms);
    }

    [Fact]
    public void A_strange_offer_is_not_searched_for_ever()
    {
        // Seven rounds that share seven methods but the last of which needs one that the type before has taken.
        List<Transform> transforms = [Gcm, Prf(PrfId.HmacSha2_384), Ke(KeyExchangeMethod.Ecp384)];
        KeyExchangeMethod[] methods = [.. KeyExchangeParameters.All.Select(row => row.Method).Where(m => m != KeyExchangeMethod.Ecp384)];
        for (int round = 1; round <= 7; round++)
            transforms.AddRange((round < 7 ? methods : [KeyExchangeMethod.Ecp384]).Select(method => Transform.Additional(round, method)));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.Null(ProposalChoice.Choose([Offer([.. transforms])], [transforms], ProposalOrder.Ours, suits: null));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public void An_attribute_that_is_not_understood_excludes_its_transform_only()
    {
        // One proposal: encryption with an unknown attribute, encryption without; RFC 7296 3.3.6.
        byte[] body =
        [
            0, 0, 0, 32, 1, 1, 0, 2,
            3, 0, 0, 12, 1, 0, 0, 20, 0x80, 99, 0, 1,
            0, 0, 0, 12, 1, 0, 0, 20, 0x80, 14, 1, 0,
        ];

        Assert.True(PeerProposal.TryReadAll(body, ProtocolId.Ike, spiLength: 0, out List<PeerProposal> proposals));
        Assert.Equal([Gcm], Assert.Single(proposals).Transforms);
        Assert.False(PeerProposal.TryReadAll(body.AsSpan()[..^1], ProtocolId.Ike, spiLength: 0, out _));
    }

    private static Transform Ke(KeyExchangeMethod method) => Transform.Of(method);

    private static Transform Prf(PrfId prf) => Transform.Of(prf);

    private static PeerProposal Offer(params Transform[] transforms) =>
        new(1, [], transforms.Select(t => t.Type).ToHashSet(), transforms);

    private static List<PeerProposal> Offered(params string[] proposals) =>
        [.. proposals.Select((text, i) => Offer([.. Proposals.Parse(text).Transforms]) with { Number = (byte)(i + 1) })];

    private static List<IkeProposal> Configured(params string[] proposals) => [.. proposals.Select(Proposals.Parse)];
}

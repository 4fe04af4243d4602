using System.Buffers.Binary;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7383;

/// <summary>RFC 7383: IKE fragmentation.</summary>
public sealed class FragmentTests
{
    private const int Small = 400;

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.3", "Support is announced in IKE_SA_INIT by a Notify without data, by both ends")]
    public void Both_ends_announce_that_they_take_fragments(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Equal([0, 0, 0x40, 0x2e], meddler.First(from, ExchangeType.IkeSaInit, response: from == Role.Responder).Notify(NotifyType.FragmentationSupported).Body);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.3", "Fragmentation is not used unless both ends have announced it; the responder answers only an announcement")]
    public void Without_the_other_ends_announcement_everything_goes_in_one_piece(Role from)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { FragmentIpSize = Small });
        meddler.Edit(Meddler.Other(from), ExchangeType.IkeSaInit, response: from == Role.Initiator, letter => letter.Remove(NotifyType.FragmentationSupported));
        meddler.Start();

        Letter[] sent = [.. meddler.Seen.Where(letter => letter.From == from && !letter.IsOfInit)];
        Assert.Contains(sent, letter => letter.Original.Length > Small);
        Assert.DoesNotContain(sent, letter => letter.IsFragment);
        Assert.Equal(from == Role.Initiator, meddler.First(from, ExchangeType.IkeSaInit, response: from == Role.Responder).Has(NotifyType.FragmentationSupported));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.5", "All fragments of a message have its message ID and the same total; numbers run from 1; the first names the first payload inside, the others none")]
    [Rfc(7383, "2.4", "IKE_SA_INIT is never fragmented")]
    public void Fragments_are_numbered_from_1_and_only_the_first_names_a_payload(Role from)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { FragmentIpSize = Small }).Up();

        Letter[] pieces = [.. meddler.All(from, ExchangeType.IkeIntermediate, response: from == Role.Responder)];
        Assert.True(pieces.Length > 2);
        Assert.All(pieces, letter => Assert.True(letter.IsFragment));
        Assert.All(pieces, letter => Assert.Equal(1u, letter.Header.MessageId));
        Assert.All(pieces, letter => Assert.InRange(letter.Original.Length, 1, Small - 28));
        Assert.Equal(Enumerable.Range(1, pieces.Length), pieces.Select(letter => Number(letter.Original)));
        Assert.All(pieces, letter => Assert.Equal(pieces.Length, Total(letter.Original)));
        Assert.Equal(
            Enumerable.Repeat((byte)0, pieces.Length - 1).Prepend((byte)PayloadType.KeyExchange), pieces.Select(letter => letter.Original[IkeHeader.Length]));
        Assert.All(meddler.Seen.Where(letter => letter.IsOfInit), letter => Assert.False(letter.IsFragment));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.6", "Fragments are taken in any order, and each of them once")]
    public void Fragments_come_in_any_order_and_twice(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        byte[][] pieces = meddler.Cut(Request(meddler, to), 4);

        Assert.Empty(new[] { 3, 1, 3, 1, 0 }.SelectMany(i => meddler.Deliver(to, pieces[i])));
        Letter answer = Assert.Single(meddler.Deliver(to, pieces[2]));

        Assert.True(answer.Has(PayloadType.SecurityAssociation));
    }

    [Theory]
    [InlineData(Role.Initiator, 0, 2), InlineData(Role.Initiator, 3, 2), InlineData(Role.Responder, 0, 2), InlineData(Role.Responder, 1, 0), InlineData(Role.Responder, 9, 8)]
    [Rfc(7383, "2.5", "A fragment number is neither 0 nor above the total")]
    public void A_fragment_with_an_impossible_number_is_discarded(Role to, int number, int total)
    {
        using Meddler meddler = new Meddler().Up();
        Letter request = Request(meddler, to);
        byte[][] pieces = meddler.Cut(request, 2);

        Assert.Empty(meddler.Deliver(to, meddler.Fragment(request, PayloadType.None, "whatever"u8, number, total)));
        Assert.Empty(meddler.Deliver(to, pieces[0]));
        Assert.Single(meddler.Deliver(to, pieces[1]));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.6", "A fragment that is not authentic is discarded and disturbs nothing")]
    public void A_forged_fragment_does_not_disturb_the_others(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        Letter request = Request(meddler, to);
        byte[][] pieces = meddler.Cut(request, 3);
        byte[] forged = meddler.Fragment(request, PayloadType.None, "something else"u8, 2, 3), larger = meddler.Fragment(request, PayloadType.None, "x"u8, 2, 9);
        forged[^1] ^= 1;
        larger[^1] ^= 1;

        Assert.Empty(new[] { pieces[0], forged, larger, pieces[2] }.SelectMany(piece => meddler.Deliver(to, piece)));
        Assert.True(Assert.Single(meddler.Deliver(to, pieces[1])).Has(PayloadType.SecurityAssociation));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.6", "A fragment with a smaller total than those before is discarded; one with a larger total replaces all of them")]
    public void A_larger_total_begins_anew_and_a_smaller_one_is_stale(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        Letter request = Request(meddler, to);
        byte[][] few = meddler.Cut(request, 2), many = meddler.Cut(request, 3);

        Assert.Empty(new[] { few[0], many[0], few[1], many[1] }.SelectMany(piece => meddler.Deliver(to, piece)));
        Assert.True(Assert.Single(meddler.Deliver(to, many[2])).Has(PayloadType.SecurityAssociation));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.6.1", "A repeat of the first fragment of a request that is answered brings the whole answer, one of the others nothing")]
    public void Only_the_first_fragment_of_an_answered_request_brings_the_answer_again(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        byte[][] pieces = meddler.Cut(Request(meddler, to), 3);
        Letter answer = pieces.SelectMany(piece => meddler.Deliver(to, piece)).Single();

        Assert.Empty(meddler.Deliver(to, pieces[1]));
        Assert.Empty(meddler.Deliver(to, pieces[2]));
        Assert.Equal(answer.Original, Assert.Single(meddler.Deliver(to, pieces[0])).Original);
        Assert.Equal(2, meddler.Of(to).Output.Installed.Count);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.6", "A fragment outside the window is discarded")]
    public void Fragments_outside_the_window_bring_nothing(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        Letter request = Request(meddler, to);
        request.Header = request.Header with { MessageId = request.Header.MessageId + 1 };

        Assert.Empty(meddler.Cut(request, 3).SelectMany(piece => meddler.Deliver(to, piece)));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7383, "2.6", "The message is handled when it is whole, as if it had come in one piece")]
    public void A_message_in_a_single_fragment_is_one_like_any_other(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = Assert.Single(meddler.Deliver(to, Assert.Single(meddler.Cut(Request(meddler, to), 1))));

        Assert.True(answer.Has(PayloadType.SecurityAssociation));
    }

    private static Letter Request(Meddler meddler, Role to) => meddler.Request(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)));

    private static int Number(byte[] datagram) => BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(SealedLayout.HeadersLength));

    private static int Total(byte[] datagram) => BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(SealedLayout.HeadersLength + 2));
}

using FsCheck.Fluent;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Protection;

public sealed class ReassemblerTests
{
    private readonly Reassembler _parts = new(new FragmentMemory());

    [Fact]
    public void A_fragment_that_comes_twice_counts_once()
    {
        Assert.Equal(ReassemblyResult.Incomplete, Add(1, 2));
        Assert.Equal(ReassemblyResult.Duplicate, Add(1, 2));
        Assert.Equal(ReassemblyResult.Complete, Add(2, 2));
        Assert.Equal([1, 2], _parts.Take());
    }

    [Fact]
    [Rfc(7383, "2.6", "A larger total replaces the fragments before, a smaller one is stale")]
    public void A_larger_total_starts_again_and_a_smaller_one_is_stale()
    {
        // RFC 7383 2.6: the sender has cut the message into smaller pieces.
        Add(1, 2);
        Assert.Equal(ReassemblyResult.Incomplete, Add(1, 3));
        Assert.Equal(ReassemblyResult.Refused, Add(2, 2));
        Add(2, 3);
        Assert.Equal(ReassemblyResult.Complete, Add(3, 3));
        Assert.Equal([1, 2, 3], _parts.Take());
    }

    [Fact]
    public void More_fragments_than_any_message_needs_are_refused() =>
        Assert.Equal(ReassemblyResult.Refused, Add(1, IkeLimits.Fragments + 1));

    [Fact]
    public void More_octets_than_any_message_needs_are_refused()
    {
        Assert.Equal(ReassemblyResult.Incomplete, Add(1, 3, new byte[IkeLimits.MessageLength]));
        Assert.Equal(ReassemblyResult.Refused, Add(2, 3));
    }

    [Fact]
    public void All_incomplete_messages_together_hold_no_more_than_their_limit_and_give_it_back()
    {
        var memory = new FragmentMemory(limit: 100);
        Reassembler first = new(memory), second = new(memory);
        Assert.Equal(ReassemblyResult.Incomplete, Add(1, 3, new byte[60], to: first));
        Assert.Equal(ReassemblyResult.Refused, Add(1, 3, new byte[41], to: second));
        Assert.Equal(ReassemblyResult.Incomplete, Add(1, 3, new byte[40], to: second));
        Assert.Equal(100, memory.Used);

        first.Clear();
        Assert.Equal(ReassemblyResult.Incomplete, Add(2, 3, new byte[60], to: second));
        second.Clear();
        Assert.Equal(ReassemblyResult.Complete, Add(1, 1, new byte[100], to: first));
        first.Take();
        Assert.Equal(0, memory.Used);
    }

    [Fact]
    public void Fragments_in_any_order_and_any_number_of_times_make_the_message() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), Gen.Choose(1, IkeLimits.Fragments).ToArbitrary(), (seed, total) =>
        {
            var random = new Random(seed);
            Reassembler parts = new(new FragmentMemory());
            int[] order = [.. Enumerable.Range(1, total), .. Enumerable.Range(0, total).Select(_ => random.Next(total) + 1)];
            random.Shuffle(order);
            return Array.Exists(order, fragment => Add(fragment, total, to: parts) == ReassemblyResult.Complete) &&
                parts.Take().SequenceEqual(Enumerable.Range(1, total).Select(fragment => (byte)fragment));
        }).MustHold();

    [Fact]
    [Rfc(7383, "2.6", "Fragments that do not become whole are dropped after a while")]
    public void A_set_that_stays_incomplete_too_long_is_dropped()
    {
        Add(1, 2);
        TimeSpan late = TimeSpan.FromSeconds(IkeLimits.FragmentSeconds + 1);
        Assert.Equal(ReassemblyResult.Incomplete, Add(2, 2, at: late));
        Assert.Equal(ReassemblyResult.Complete, Add(1, 2, at: late));
    }

    [Fact]
    [Rfc(9242, "3.3.2", "AUTH covers a fragmented message as if it had gone in one piece")]
    public void The_headers_are_those_of_the_message_in_one_piece()
    {
        byte[] headers = new byte[SealedLayout.HeadersLength];
        headers[IkeHeader.NextPayloadOffset] = (byte)PayloadType.EncryptedFragment;
        _parts.Add(TimeSpan.Zero, headers, new OpenedPart(PayloadType.KeyExchange, default, 1, 1), [7]);

        // RFC 9242 3.3.2: Next Payload is the Encrypted payload's, not the fragment's.
        Assert.Equal((byte)PayloadType.Encrypted, _parts.HeaderOctets[IkeHeader.NextPayloadOffset]);
        Assert.Equal(PayloadType.KeyExchange, _parts.First);
    }

    private ReassemblyResult Add(int fragment, int total, byte[]? content = null, TimeSpan at = default, Reassembler? to = null) => (to ?? _parts).Add(
        at,
        new byte[SealedLayout.HeadersLength],
        new OpenedPart(fragment == 1 ? PayloadType.Nonce : PayloadType.None, default, fragment, total),
        content ?? [(byte)fragment]);
}

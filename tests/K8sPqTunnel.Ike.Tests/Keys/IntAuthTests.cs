using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Tests.Conformance;

namespace K8sPqTunnel.Ike.Tests.Keys;

public sealed class IntAuthTests
{
    private static readonly byte[] Headers = new byte[32];

    [Fact]
    [Rfc(9242, "3.3.2", "Without IKE_INTERMEDIATE nothing is added to the signed octets")]
    public void Without_an_intermediate_exchange_nothing_is_added_to_the_signed_octets()
    {
        byte[] nothing = SignedOctets.IntAuthOf(new IntAuth(PrfId.HmacSha2_256), new IntAuth(PrfId.HmacSha2_256), 1);

        Assert.Empty(nothing);
    }

    [Fact]
    public void The_second_message_covers_the_first()
    {
        using Secret first = new("SK_pi(0)"u8), second = new("SK_pi(1)"u8);
        IntAuth chained = new(PrfId.HmacSha2_256), alone = new(PrfId.HmacSha2_256);

        chained.Add(first, Headers, "KE(1)"u8);
        chained.Add(second, Headers, "KE(2)"u8);
        alone.Add(second, Headers, "KE(2)"u8);

        // RFC 9242 3.3.2: IntAuth_i2 = prf(SK_pi(1), IntAuth_i1 | A_i2 | P_i2); the lengths in A are 37 and 9.
        IntAuth onlyFirst = new(PrfId.HmacSha2_256);
        onlyFirst.Add(first, Headers, "KE(1)"u8);
        byte[] a = [.. Headers];
        (a[27], a[31]) = (37, 9);
        using Secret expected = Prf.Of(PrfId.HmacSha2_256).Compute(second.Span, onlyFirst.Value, a, "KE(2)"u8);
        Assert.True(expected.FixedTimeEquals(chained.Value));
        Assert.False(alone.Value.SequenceEqual(chained.Value));
    }
}

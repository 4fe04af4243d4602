using FsCheck.Fluent;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class IntegrityTests
{
    [Theory]
    [InlineData(IntegrityId.HmacSha2_256_128, "hmac_sha256")]
    [InlineData(IntegrityId.HmacSha2_384_192, "hmac_sha384")]
    [InlineData(IntegrityId.HmacSha2_512_256, "hmac_sha512")]
    public void A_truncated_HMAC_agrees_with_Wycheproof(IntegrityId id, string file)
    {
        int checkedCases = 0;
        foreach (WycheproofCase test in WycheproofCase.Read(file))
        {
            byte[] key = test.Hex("key"), tag = test.Hex("tag");
            using Integrity? integrity = key.Length == Integrity.KeyLengthOf(id) ? new Integrity(id, key) : null;
            if (integrity is null || tag.Length != integrity.IcvLength)
                continue;   // RFC 4868 fixes key and ICV lengths; Wycheproof has others too.
            checkedCases++;
            Assert.True(integrity.Verify(test.Hex("msg"), tag) == test.IsValid, $"{file} {test.Id}");
        }

        Assert.InRange(checkedCases, 20, int.MaxValue);
    }

    [Fact]
    public void Flipping_any_bit_of_message_or_ICV_fails() =>
        Prop.ForAll<byte[], int>((message, position) =>
        {
            using Integrity integrity = new(IntegrityId.HmacSha2_384_192, new byte[48]);
            byte[] whole = new byte[message.Length + integrity.IcvLength];
            message.CopyTo(whole, 0);
            integrity.Compute(message, whole.AsSpan(message.Length));
            bool genuine = integrity.Verify(whole.AsSpan(0, message.Length), whole.AsSpan(message.Length));
            Bits.Flip(whole, position);
            return genuine && !integrity.Verify(whole.AsSpan(0, message.Length), whole.AsSpan(message.Length));
        }).MustHold();

    [Fact]
    public void A_key_of_another_length_is_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Integrity(IntegrityId.HmacSha2_256_128, new byte[31]));
}

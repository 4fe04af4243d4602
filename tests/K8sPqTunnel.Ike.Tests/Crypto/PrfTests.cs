using System.Security.Cryptography;
using FsCheck.Fluent;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class PrfTests
{
    // RFC 4231 4.2 and 4.3.
    public static TheoryData<PrfId, string, string, string> Rfc4231 => new()
    {
        {
            PrfId.HmacSha2_256, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        },
        {
            PrfId.HmacSha2_384, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"
        },
        {
            PrfId.HmacSha2_512, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde" +
            "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
        },
        {
            PrfId.HmacSha2_256, "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        },
    };

    [Theory, MemberData(nameof(Rfc4231))]
    public void A_prf_gives_the_answers_of_RFC_4231(PrfId id, string key, string input, string output)
    {
        using Secret computed = Prf.Of(id).Compute(Convert.FromHexString(key), Convert.FromHexString(input));

        Assert.Equal(output, Convert.ToHexStringLower(computed.Span));
    }

    [Theory]
    [InlineData(PrfId.HmacSha2_256, "hmac_sha256")]
    [InlineData(PrfId.HmacSha2_384, "hmac_sha384")]
    [InlineData(PrfId.HmacSha2_512, "hmac_sha512")]
    public void A_prf_agrees_with_Wycheproof(PrfId id, string file)
    {
        foreach (WycheproofCase test in WycheproofCase.Read(file))
        {
            using Secret computed = Prf.Of(id).Compute(test.Hex("key"), test.Hex("msg"));
            byte[] tag = test.Hex("tag");
            Assert.True(computed.Span[..tag.Length].SequenceEqual(tag) == test.IsValid, $"{file} {test.Id}");
        }
    }

    [Fact]
    public void Input_in_pieces_gives_the_same_output_as_input_at_once() =>
        Prop.ForAll<byte[], byte[], byte[]>((a, b, c) =>
        {
            using Secret pieces = Prf.Of(PrfId.HmacSha2_384).Compute("key"u8, a, b, c);
            return pieces.FixedTimeEquals(HMACSHA384.HashData("key"u8, [.. a, .. b, .. c]));
        }).MustHold();

    [Fact]
    public void Expansion_chains_blocks_as_RFC_7296_defines()
    {
        byte[] key = "key"u8.ToArray(), seed = "seed"u8.ToArray();
        byte[] t1 = HMACSHA256.HashData(key, (byte[])[.. seed, 1]);
        byte[] t2 = HMACSHA256.HashData(key, (byte[])[.. t1, .. seed, 2]);
        byte[] t3 = HMACSHA256.HashData(key, (byte[])[.. t2, .. seed, 3]);
        byte[] chained = [.. t1, .. t2, .. t3];

        foreach (int length in new[] { 0, 1, 31, 32, 33, 64, 95, 96 })
        {
            using Secret expanded = Prf.Of(PrfId.HmacSha2_256).Expand(key, seed, length);
            Assert.Equal(chained.AsSpan(0, length), expanded.Span);
        }
    }

    [Fact]
    public void Expansion_stops_at_255_blocks()
    {
        Prf prf = Prf.Of(PrfId.HmacSha2_256);

        using Secret longest = prf.Expand("key"u8, "seed"u8, 255 * 32);

        Assert.Equal(255 * 32, longest.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => prf.Expand("key"u8, "seed"u8, 255 * 32 + 1));
    }
}

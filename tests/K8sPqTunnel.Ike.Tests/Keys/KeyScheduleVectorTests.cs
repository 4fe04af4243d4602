using System.Security.Cryptography;
using System.Text.Json;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Tests.Conformance;

namespace K8sPqTunnel.Ike.Tests.Keys;

/// <summary>NIST's IKEv2 key derivation values, of the one PRF among them that we offer.</summary>
public sealed class KeyScheduleVectorTests
{
    private readonly JsonElement _case;

    public KeyScheduleVectorTests()
    {
        using JsonDocument document = JsonDocument.Parse(Vectors.Read("ikev2-kdf/ikev2_kdf.json"));
        _case = document.RootElement.GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("prf").GetString() == "HMAC-sha256").Clone();
    }

    [Fact]
    public void SKEYSEED_and_its_expansion_agree_with_NIST()
    {
        using IkeKeys keys = Schedule(Aes256Cbc, IntegrityId.HmacSha2_512_256).First(new Secret(Hex("gir")));

        byte[] derived =
        [
            .. keys.SkD.Span, .. keys.SkAi.Span, .. keys.SkAr.Span, .. keys.SkEi.Span, .. keys.SkEr.Span, .. keys.SkPi.Span,
            .. keys.SkPr.Span,
        ];
        Assert.Equal(3 * 32 + 2 * 64 + 2 * 32, derived.Length);
        Assert.Equal(Hex("dkm")[..derived.Length], derived);
    }

    [Fact]
    [Rfc(7296, "2.18", "SKEYSEED of a rekeyed IKE SA comes from the old SK_d")]
    public void The_keys_of_a_replacing_SA_come_from_the_SKEYSEED_that_NIST_gives()
    {
        using Secret oldSkD = new(Hex("dkm").AsSpan(0, 32));

        using IkeKeys keys = Schedule(Aes256Cbc, IntegrityId.HmacSha2_256_128)
            .Rekeyed(PrfId.HmacSha2_256, oldSkD, [new Secret(Hex("girNew"))]);

        byte[] seed = [.. Hex("ni"), .. Hex("nr"), .. Hex("spii"), .. Hex("spir")];
        using Secret expanded = Prf.Of(PrfId.HmacSha2_256).Expand(Hex("sKeySeedReKey"), seed, 7 * 32);
        Assert.Equal(expanded.Span[..32], keys.SkD.Span);
        Assert.Equal(expanded.Span[^32..], keys.SkPr.Span);
    }

    [Theory]
    [InlineData(false, "dkmChildSA")]
    [InlineData(true, "dkmChildSADh")]
    public void Child_keys_agree_with_NIST(bool ownKeyExchange, string expected)
    {
        using Secret skD = new(Hex("dkm").AsSpan(0, 32));
        Secret[] shared = ownKeyExchange ? [new Secret(Hex("girNew"))] : [];

        using ChildKeys keys = ChildKeySchedule.Derive(
            PrfId.HmacSha2_256, skD, shared, Hex("ni"), Hex("nr"), Aes256Cbc, IntegrityId.HmacSha2_512_256);

        byte[] derived =
        [
            .. keys.FromInitiator.Encryption.Span, .. keys.FromInitiator.Integrity!.Span,
            .. keys.FromResponder.Encryption.Span, .. keys.FromResponder.Integrity!.Span,
        ];
        Assert.Equal(Hex(expected)[..derived.Length], derived);
    }

    [Fact]
    public void A_postquantum_preshared_key_goes_into_all_keys_as_RFC_9867_writes_it()
    {
        byte[] ppk = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        KeySchedule schedule = Schedule(Aes256Cbc, IntegrityId.HmacSha2_256_128);
        using IkeKeys before = schedule.First(new Secret(Hex("gir")));

        using IkeKeys after = schedule.NextWithPpk(before, new Secret(ppk));

        // SKEYSEED' = prf+(PPK, SK_d), one block of it; then T1 and T2 of the expansion are SK_d and SK_ai.
        byte[] seed = [.. Hex("ni"), .. Hex("nr"), .. Hex("spii"), .. Hex("spir")];
        byte[] skeyseed = HMACSHA256.HashData(ppk, (byte[])[.. before.SkD.Span, 1]);
        byte[] t1 = HMACSHA256.HashData(skeyseed, (byte[])[.. seed, 1]);
        byte[] t2 = HMACSHA256.HashData(skeyseed, (byte[])[.. t1, .. seed, 2]);
        Assert.Equal(t1, after.SkD.Span);
        Assert.Equal(t2, after.SkAi.Span);
        Assert.Equal(HMACSHA256.HashData(ppk, seed)[..8], schedule.PpkConfirmation(new Secret(ppk)));
    }

    private static EncryptionParameters Aes256Cbc => EncryptionParameters.All.Single(row => row.Keyword == "aes256");

    private KeySchedule Schedule(EncryptionParameters encryption, IntegrityId integrity) => new(
        new IkeAlgorithms(PrfId.HmacSha2_256, encryption, integrity), Hex("ni"), Hex("nr"), Hex("spii"), Hex("spir"));

    private byte[] Hex(string property) => Convert.FromHexString(_case.GetProperty(property).GetString()!);
}

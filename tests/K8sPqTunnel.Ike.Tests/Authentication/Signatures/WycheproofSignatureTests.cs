using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Tests.Crypto;

namespace K8sPqTunnel.Ike.Tests.Authentication.Signatures;

/// <summary>C2SP/wycheproof: the right signatures pass, and each of the wrong ones is refused.</summary>
public sealed class WycheproofSignatureTests
{
    [Fact]
    public void Ed25519()
    {
        foreach (WycheproofCase vector in WycheproofCase.Read("ed25519"))
        {
            using VerificationKey? key = VerificationKey.Read(
                Convert.FromHexString(vector.Group.GetProperty("publicKeyDer").GetString()!), out string? flaw);
            Assert.True(key is not null, flaw);
            Check(vector, key, SignatureFamily.Ed25519);
        }
    }

    [Theory]
    [InlineData("mldsa_44_verify", "MlDsa44", 0x11)]
    [InlineData("mldsa_65_verify", "MlDsa65", 0x12)]
    [InlineData("mldsa_87_verify", "MlDsa87", 0x13)]
    public void MlDsa(string file, string family, byte oidEnd)
    {
        if (!System.Security.Cryptography.MLDsa.IsSupported)
            Assert.Skip("this OpenSSL has no ML-DSA");
        int ran = 0;
        foreach (WycheproofCase vector in WycheproofCase.Read(file))
        {
            // Contexts other than the empty one cannot occur in IKEv2 (draft-ietf-ipsecme-ikev2-pqc-auth 3).
            if (vector.Test.TryGetProperty("ctx", out var context) && context.GetString() is { Length: > 0 })
                continue;
            byte[] octets = Convert.FromHexString(vector.Group.GetProperty("publicKey").GetString()!);
            using VerificationKey? key = VerificationKey.Read(Spki(octets, oidEnd), out _);
            if (key is null)
                Assert.False(vector.IsValid, $"case {vector.Id}: the key is refused");
            else
                Check(vector, key, Enum.Parse<SignatureFamily>(family));
            ran++;
        }

        Assert.True(ran > 50, $"only {ran} cases");
    }

    private static void Check(WycheproofCase vector, VerificationKey key, SignatureFamily family)
    {
        bool verified = key.Verify(new SignatureAlgorithm(family, SignatureHash.Identity), vector.Hex("msg"), vector.Hex("sig"));
        Assert.True(verified == vector.IsValid, $"case {vector.Id} is {vector.Result}");
    }

    private static byte[] Spki(byte[] key, byte oidEnd)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteObjectIdentifier($"2.16.840.1.101.3.4.3.{oidEnd}");
            writer.WriteBitString(key);
        }

        return writer.Encode();
    }
}

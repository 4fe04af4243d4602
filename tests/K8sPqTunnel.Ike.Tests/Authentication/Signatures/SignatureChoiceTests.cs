using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Authentication.Signatures;

public sealed class SignatureChoiceTests
{
    [Theory]
    [InlineData("EcdsaP256", "0001000200030004", "ECDSA with SHA2-256")]
    [InlineData("EcdsaP256", "00010003", "ECDSA with SHA2-384")]
    [InlineData("EcdsaP384", "0002000300040005", "ECDSA with SHA2-384")]
    [InlineData("EcdsaP521", "00020003", "ECDSA with SHA2-384")]
    [InlineData("Ed25519", "00020005", "Ed25519")]
    [InlineData("Rsa", "000100020003", "RSASSA-PSS with SHA2-256")]
    [InlineData("Rsa", "00010004", "RSASSA-PSS with SHA2-512")]
    public void The_hash_is_the_one_that_fits_the_key_or_else_the_next_that_the_peer_takes(string kind, string announced, string expected)
    {
        using TestKey key = TestKey.Generate(Enum.Parse<KeyKind>(kind));

        SignatureChoice? choice = SignatureChoice.For(key.SigningKey, SignatureHashes.Read(Convert.FromHexString(announced)), RsaSignature.Pss, out _);

        Assert.Equal(expected, choice?.Algorithm.ToString());
        Assert.Equal(AuthenticationMethod.DigitalSignature, choice?.Method);
    }

    [Theory]
    [InlineData("Pkcs1", "000100020003", "DigitalSignature", "RSA PKCS#1 v1.5 with SHA2-256")]
    [InlineData("Pkcs1", "00010004", "DigitalSignature", "RSA PKCS#1 v1.5 with SHA2-512")]
    [InlineData("Sha1", "0002", "DigitalSignature", "RSASSA-PSS with SHA2-256")]
    [InlineData("Sha1", "", "RsaSignature", "RSA PKCS#1 v1.5 with SHA1")]
    public void An_RSA_key_signs_as_the_policy_says(string policy, string announced, string method, string algorithm)
    {
        using TestKey key = TestKey.Generate(KeyKind.Rsa);

        SignatureChoice? choice = SignatureChoice.For(
            key.SigningKey, SignatureHashes.Read(Convert.FromHexString(announced)), Enum.Parse<RsaSignature>(policy), out _);

        Assert.Equal((method, algorithm), ($"{choice?.Method}", $"{choice?.Algorithm}"));
    }

    [Fact]
    public void SHA_1_is_no_way_out_for_a_peer_that_announces_only_that()
    {
        using TestKey key = TestKey.Generate(KeyKind.Rsa);
        Assert.Null(SignatureChoice.For(key.SigningKey, SignatureHashes.Read([0, 1]), RsaSignature.Sha1, out string? flaw));
        Assert.Contains("takes no SHA-2", flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_RSA_key_signs_with_a_stronger_hash()
    {
        using TestKey key = TestKey.Generate(KeyKind.Rsa, rsaBits: 4096);
        Assert.Equal(SignatureHash.Sha2_384, SignatureChoice.For(key.SigningKey, SignatureHashes.Ours, RsaSignature.Pss, out _)?.Algorithm.Hash);
    }

    [Theory]
    [InlineData("Ed25519", "")]
    [InlineData("Ed25519", "000200030004")]
    [InlineData("Rsa", "0001")]
    [InlineData("EcdsaP256", "0001")]
    [InlineData("MlDsa65", "000200030004")]
    public void Where_nothing_is_left_there_is_a_sentence_and_no_signature(string kind, string announced)
    {
        using TestKey key = TestKey.Generate(Enum.Parse<KeyKind>(kind));
        Assert.Null(SignatureChoice.For(key.SigningKey, SignatureHashes.Read(Convert.FromHexString(announced)), RsaSignature.Pss, out string? flaw));
        Assert.NotEmpty(flaw!);
    }

    [Fact]
    [Rfc(8420, "2", "Identity is announced, for EdDSA and ML-DSA")]
    [Rfc("draft-ietf-ipsecme-ikev2-pqc-auth", "3", "Identity is announced, for EdDSA and ML-DSA")]
    public void We_announce_every_SHA_2_and_Identity_but_not_SHA_1()
    {
        using PayloadWriter writer = new();
        SignatureHashes.Ours.Write(writer);
        Assert.Equal("000000100000402f0002000300040005", Convert.ToHexStringLower(writer.Octets));
    }

    [Fact]
    public void An_announcement_with_unknown_hashes_and_an_odd_end_is_read_as_far_as_it_goes()
    {
        SignatureHashes hashes = SignatureHashes.Read(Convert.FromHexString("0007000300ff00"));
        Assert.True(hashes.Has(SignatureHash.Sha2_384));
        Assert.False(hashes.Has(SignatureHash.Sha2_256));
    }
}

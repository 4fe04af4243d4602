using System.Security.Cryptography;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Testing.Certificates;

namespace K8sPqTunnel.Ike.Tests.Authentication.Signatures;

public sealed class KeyTests
{
    [Fact]
    public void A_short_RSA_key_is_refused_on_both_ends()
    {
        using RSA rsa = RSA.Create(1024);

        Assert.Null(SigningKey.Read(rsa.ExportPkcs8PrivateKey(), out string? privateFlaw));
        Assert.Null(VerificationKey.Read(rsa.ExportSubjectPublicKeyInfo(), out string? publicFlaw));

        Assert.Contains("RSA of 1024 bits", privateFlaw, StringComparison.Ordinal);
        Assert.Contains("RSA of 1024 bits", publicFlaw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_curve_that_is_not_taken_is_named()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        Assert.Null(VerificationKey.Read(key.ExportSubjectPublicKeyInfo(), out string? flaw));
        Assert.Contains("brainpoolP256r1", flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void The_older_forms_of_private_keys_are_read_too()
    {
        using RSA rsa = RSA.Create(2048);
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using SigningKey? pkcs1 = SigningKey.Read(rsa.ExportRSAPrivateKey(), out _);
        using SigningKey? sec1 = SigningKey.Read(ecdsa.ExportECPrivateKey(), out _);

        Assert.Equal(KeyKind.Rsa, pkcs1?.Kind);
        Assert.Equal(KeyKind.EcdsaP256, sec1?.Kind);
    }

    [Fact]
    public void An_encrypted_private_key_is_refused()
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] encrypted = ecdsa.ExportEncryptedPkcs8PrivateKey(
            "password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

        Assert.Null(SigningKey.Read(encrypted, out string? flaw));
        Assert.Contains("encrypted", flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_key_knows_its_public_key()
    {
        using TestKey one = TestKey.Generate(KeyKind.Ed25519);
        using TestKey other = TestKey.Generate(KeyKind.Ed25519);
        using TestKey another = TestKey.Generate(KeyKind.EcdsaP256);

        Assert.True(one.SigningKey.BelongsTo(one.VerificationKey));
        Assert.False(one.SigningKey.BelongsTo(other.VerificationKey));
        Assert.False(one.SigningKey.BelongsTo(another.VerificationKey));
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3003020100")]
    public void Octets_that_are_no_key_are_a_sentence(string der)
    {
        Assert.Null(SigningKey.Read(Convert.FromHexString(der), out string? privateFlaw));
        Assert.Null(VerificationKey.Read(Convert.FromHexString(der), out string? publicFlaw));
        Assert.NotEmpty(privateFlaw!);
        Assert.NotEmpty(publicFlaw!);
    }

    [Fact]
    public void A_private_key_never_shows_itself()
    {
        using TestKey key = TestKey.Generate(KeyKind.Ed25519);
        Assert.Equal("private key (Ed25519)", key.SigningKey.ToString());
    }
}

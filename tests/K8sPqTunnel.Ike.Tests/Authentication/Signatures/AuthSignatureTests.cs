using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Authentication.Signatures;

public sealed class AuthSignatureTests
{
    private static readonly byte[] Octets = [.. Enumerable.Range(0, 700).Select(i => (byte)i)];

    public static TheoryData<string> Kinds { get; } =
        [.. Enum.GetValues<KeyKind>().Where(kind => kind != KeyKind.RsaPss).Select(kind => kind.ToString())];

    [Theory, MemberData(nameof(Kinds))]
    public void What_a_key_signs_its_public_key_verifies_and_nothing_else(string kind)
    {
        using TestKey key = TestKey.Generate(Enum.Parse<KeyKind>(kind));
        SignatureChoice choice = SignatureChoice.For(key.SigningKey, SignatureHashes.Ours, RsaSignature.Pss, out _)!.Value;

        byte[] data = AuthSignature.Make(key.SigningKey, choice, Octets);

        Assert.Equal(AuthenticationMethod.DigitalSignature, choice.Method);
        Assert.Null(AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets));
        Assert.Contains("its signature is wrong", AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets.AsSpan(1)), StringComparison.Ordinal);
        data[^1] ^= 1;
        Assert.Contains("its signature is wrong", AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_signature_of_another_key_is_refused(string kind)
    {
        using TestKey key = TestKey.Generate(Enum.Parse<KeyKind>(kind));
        using TestKey other = TestKey.Generate(Enum.Parse<KeyKind>(kind));
        SignatureChoice choice = SignatureChoice.For(key.SigningKey, SignatureHashes.Ours, RsaSignature.Pss, out _)!.Value;

        byte[] data = AuthSignature.Make(other.SigningKey, choice, Octets);

        Assert.NotNull(AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets));
    }

    [Theory]
    [InlineData("EcdsaP256", 9, 64)]
    [InlineData("EcdsaP384", 10, 96)]
    [InlineData("EcdsaP521", 11, 132)]
    public void A_peer_without_RFC_7427_gets_raw_ECDSA_of_fixed_length(string kind, int method, int length)
    {
        using TestKey key = TestKey.Generate(Enum.Parse<KeyKind>(kind));
        SignatureChoice choice = SignatureChoice.For(key.SigningKey, default, RsaSignature.Pss, out _)!.Value;
        Assert.Equal(method, (int)choice.Method);

        // Numbers that begin with zero octets have to come out in time: 300 signatures hold some.
        for (int i = 0; i < 300; i++)
        {
            byte[] data = AuthSignature.Make(key.SigningKey, choice, Octets);
            Assert.Equal(length, data.Length);
            Assert.Null(AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets));
        }
    }

    [Fact]
    public void A_raw_ECDSA_signature_of_another_curve_is_refused()
    {
        using TestKey key = TestKey.Generate(KeyKind.EcdsaP384);
        byte[] data = AuthSignature.Make(key.SigningKey, SignatureChoice.For(key.SigningKey, default, RsaSignature.Pss, out _)!.Value, Octets);

        Assert.Contains("does not fit the key", AuthSignature.Verify(key.VerificationKey, AuthenticationMethod.EcdsaSha256, data, Octets), StringComparison.Ordinal);
        Assert.NotNull(AuthSignature.Verify(key.VerificationKey, AuthenticationMethod.EcdsaSha384, data.AsSpan(1), Octets));
    }

    [Fact]
    public void RSA_with_SHA_1_is_refused_in_a_sentence_both_ways_unless_it_is_allowed()
    {
        using TestKey key = TestKey.Generate(KeyKind.Rsa);
        SignatureChoice choice = SignatureChoice.For(key.SigningKey, default, RsaSignature.Sha1, out _)!.Value;

        byte[] data = AuthSignature.Make(key.SigningKey, choice, Octets);

        Assert.Equal(AuthenticationMethod.RsaSignature, choice.Method);
        Assert.Equal(256, data.Length);
        Assert.Contains("SHA-1", AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets), StringComparison.Ordinal);
        Assert.Null(AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets, takesSha1: true));
        data[9] ^= 1;
        Assert.Contains("is wrong", AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets, takesSha1: true), StringComparison.Ordinal);
        Assert.Null(SignatureChoice.For(key.SigningKey, default, RsaSignature.Pss, out string? flaw));
        Assert.Contains("SHA-1", flaw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sha2_256")]
    [InlineData("Sha2_384")]
    [InlineData("Sha2_512")]
    public void Method_1_counts_with_SHA_2_as_it_is(string hash)
    {
        using TestKey key = TestKey.Generate(KeyKind.Rsa);
        byte[] data = key.SigningKey.Sign(new SignatureAlgorithm(SignatureFamily.RsaPkcs1, Enum.Parse<SignatureHash>(hash)), Octets);
        Assert.Null(AuthSignature.Verify(key.VerificationKey, AuthenticationMethod.RsaSignature, data, Octets));
    }

    [Fact]
    public void Method_1_is_for_RSA_keys()
    {
        using TestKey key = TestKey.Generate(KeyKind.EcdsaP256);
        Assert.Contains("does not fit the key",
            AuthSignature.Verify(key.VerificationKey, AuthenticationMethod.RsaSignature, new byte[256], Octets, takesSha1: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("300d06092a864886f70d0101050500", "RSA PKCS#1 v1.5 with SHA1")]
    [InlineData("300906072a8648ce3d0401", "ECDSA with SHA1")]
    [InlineData("300d06092a864886f70d01010a3000", "RSASSA-PSS with SHA1")]
    public void An_algorithm_with_SHA_1_is_refused_by_its_name(string identifier, string name)
    {
        using TestKey key = TestKey.Generate(KeyKind.Rsa);
        byte[] der = Convert.FromHexString(identifier);

        string? flaw = AuthSignature.Verify(key.VerificationKey, AuthenticationMethod.DigitalSignature, [(byte)der.Length, .. der, 1, 2, 3], Octets);

        Assert.Contains(name, flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void RSA_is_verified_with_PKCS_1_padding_too()
    {
        using TestKey key = TestKey.Generate(KeyKind.Rsa);
        foreach (SignatureHash hash in (SignatureHash[])[SignatureHash.Sha2_256, SignatureHash.Sha2_384, SignatureHash.Sha2_512])
        {
            var choice = new SignatureChoice(
                AuthenticationMethod.DigitalSignature, new SignatureAlgorithm(SignatureFamily.RsaPkcs1, hash));
            byte[] data = AuthSignature.Make(key.SigningKey, choice, Octets);
            Assert.Null(AuthSignature.Verify(key.VerificationKey, choice.Method, data, Octets));
        }
    }

    [Fact]
    [Rfc(7427, "3", "RSASSA-PSS parameters are those that the AlgorithmIdentifier says")]
    public void A_PSS_signature_with_another_salt_length_than_it_says_is_refused()
    {
        using TestKey key = TestKey.Generate(KeyKind.Rsa);
        byte[] signature = key.SigningKey.Sign(new SignatureAlgorithm(SignatureFamily.RsaPss, SignatureHash.Sha2_256, 20), Octets);
        byte[] identifier = AlgorithmIdentifier.Write(SignatureAlgorithm.Pss(SignatureHash.Sha2_256));

        byte[] data = [(byte)identifier.Length, .. identifier, .. signature];

        Assert.NotNull(AuthSignature.Verify(key.VerificationKey, AuthenticationMethod.DigitalSignature, data, Octets));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0a")]
    [InlineData("0a3000")]
    [InlineData("00")]
    [InlineData("0230ff")]
    [InlineData("ff300a06082a8648ce3d040302")]
    public void A_malformed_signature_is_a_sentence_and_no_exception(string data)
    {
        using TestKey key = TestKey.Generate(KeyKind.EcdsaP256);
        Assert.NotNull(AuthSignature.Verify(key.VerificationKey, AuthenticationMethod.DigitalSignature, Convert.FromHexString(data), Octets));
    }
}

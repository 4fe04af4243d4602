using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>The AUTH payload's data where it is a signature (RFC 7296 3.8, RFC 7427 3, RFC 4754).</summary>
internal static class AuthSignature
{
    private static readonly SignatureHash[] MethodOneHashes =
        [SignatureHash.Sha2_256, SignatureHash.Sha2_384, SignatureHash.Sha2_512, SignatureHash.Sha1];

    /// <summary>Signs; for method 14 as length | AlgorithmIdentifier | signature.</summary>
    public static byte[] Make(SigningKey key, SignatureChoice choice, ReadOnlySpan<byte> signedOctets)
    {
        byte[] signature = key.Sign(choice.Algorithm, signedOctets);
        if (choice.Method == AuthenticationMethod.RsaSignature)
            return signature;
        if (choice.Method != AuthenticationMethod.DigitalSignature)
            return RawEcdsa.FromDer(key.Kind, signature);
        byte[] identifier = AlgorithmIdentifier.Write(choice.Algorithm);
        return [(byte)identifier.Length, .. identifier, .. signature];
    }

    /// <summary>Verifies.</summary>
    /// <param name="takesSha1">RSA with SHA-1 counts (method 1).</param>
    /// <returns>What is wrong, to follow "peer ADDRESS"; null when the signature is right.</returns>
    public static string? Verify(
        VerificationKey key, AuthenticationMethod method, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signedOctets, bool takesSha1 = false)
    {
        if (method == AuthenticationMethod.DigitalSignature)
            return VerifyDigital(key, data, signedOctets);
        if (method == AuthenticationMethod.RsaSignature)
            return VerifyRsa(key, data, signedOctets, takesSha1);

        (KeyKind Kind, SignatureHash Hash) legacy = method switch
        {
            AuthenticationMethod.EcdsaSha256 => (KeyKind.EcdsaP256, SignatureHash.Sha2_256),
            AuthenticationMethod.EcdsaSha384 => (KeyKind.EcdsaP384, SignatureHash.Sha2_384),
            AuthenticationMethod.EcdsaSha512 => (KeyKind.EcdsaP521, SignatureHash.Sha2_512),
            _ => default,
        };
        if (legacy.Hash == default)
            return $"proves itself by method {(int)method}, but a certificate is configured for it: set the peer to certificates";
        if (legacy.Kind != key.Kind)
            return $"signs by method {(int)method}, which does not fit the key of its certificate ({key.Kind})";
        bool isRight = RawEcdsa.ToDer(key.Kind, data) is { } der
            && key.Verify(new SignatureAlgorithm(SignatureFamily.Ecdsa, legacy.Hash), signedOctets, der);
        return isRight ? null : WrongSignature;
    }

    private const string WrongSignature =
        "does not hold the private key of its certificate, or something on the way changes the messages: its signature is wrong";

    /// <summary>Method 1 names no hash: SHA-1 by default, and a SHA-2 from who knows better (RFC 7296 3.8).</summary>
    private static string? VerifyRsa(VerificationKey key, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> signedOctets, bool takesSha1)
    {
        if (key.Kind != KeyKind.Rsa)
            return $"signs by method 1 (RSA), which does not fit the key of its certificate ({key.Kind})";
        foreach (SignatureHash hash in MethodOneHashes)
        {
            if (!key.Verify(new SignatureAlgorithm(SignatureFamily.RsaPkcs1, hash), signedOctets, signature))
                continue;
            return takesSha1 || hash != SignatureHash.Sha1
                ? null
                : "signs with RSA and SHA-1 (method 1), which can be forged: enable RFC 7427 signatures there, use ECDSA or a pre-shared key, or "
                    + "allow it to a peer without RFC 7427 by spec.authentication.certificate.rsaSignature: Sha1";
        }

        return WrongSignature;
    }

    private static string? VerifyDigital(VerificationKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signedOctets)
    {
        if (data.Length < 1 || data.Length < 1 + data[0])
            return "breaks IKEv2: its signature has no algorithm (RFC 7427 3)";
        ReadOnlySpan<byte> identifier = data.Slice(1, data[0]);
        if (!AlgorithmIdentifier.TryRead(identifier, out SignatureAlgorithm algorithm))
            return $"signs with an algorithm that is not taken ({Convert.ToHexStringLower(identifier)})";
        // RFC 7427 4: only what we have announced.
        if (!SignatureHashes.Ours.Has(algorithm.Hash))
            return $"signs with {algorithm}, which we do not take: choose SHA2-256 or stronger there";
        if (!KeyKinds.FamiliesOf(key.Kind).Contains(algorithm.Family))
            return $"signs with {algorithm}, which does not fit the key of its certificate ({key.Kind})";
        return key.Verify(algorithm, signedOctets, data[(1 + identifier.Length)..]) ? null : WrongSignature;
    }
}

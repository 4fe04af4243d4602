using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>The AUTH payload's data where it is a signature (RFC 7296 3.8, RFC 7427 3, RFC 4754).</summary>
internal static class AuthSignature
{
    /// <summary>Signs; for method 14 as length | AlgorithmIdentifier | signature.</summary>
    public static byte[] Make(SigningKey key, SignatureChoice choice, ReadOnlySpan<byte> signedOctets)
    {
        byte[] signature = key.Sign(choice.Algorithm, signedOctets);
        if (choice.Method != AuthenticationMethod.DigitalSignature)
            return RawEcdsa.FromDer(key.Kind, signature);
        byte[] identifier = AlgorithmIdentifier.Write(choice.Algorithm);
        return [(byte)identifier.Length, .. identifier, .. signature];
    }

    /// <summary>Verifies.</summary>
    /// <returns>What is wrong, to follow "peer ADDRESS"; null when the signature is right.</returns>
    public static string? Verify(VerificationKey key, AuthenticationMethod method, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signedOctets)
    {
        if (method == AuthenticationMethod.DigitalSignature)
            return VerifyDigital(key, data, signedOctets);
        if (method == AuthenticationMethod.RsaSignature)
            return "signs with RSA and SHA-1 (method 1), which can be forged: enable RFC 7427 signatures there, or use ECDSA or a pre-shared key";

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

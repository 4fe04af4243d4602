namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>What an AlgorithmIdentifier of a signature means.</summary>
/// <param name="PssSaltLength">Octets; null unless the family is <see cref="SignatureFamily.RsaPss"/>.</param>
internal readonly record struct SignatureAlgorithm(SignatureFamily Family, SignatureHash Hash, int? PssSaltLength = null)
{
    /// <summary>OpenSSL's name of the hash; null where the algorithm takes the message itself.</summary>
    public string? Digest => Hash switch
    {
        SignatureHash.Sha1 => "SHA1",
        SignatureHash.Sha2_256 => "SHA2-256",
        SignatureHash.Sha2_384 => "SHA2-384",
        SignatureHash.Sha2_512 => "SHA2-512",
        _ => null,
    };

    /// <summary>RSASSA-PSS as RFC 8247 3.2.2 wants it: the salt is as long as the hash.</summary>
    public static SignatureAlgorithm Pss(SignatureHash hash) => new(SignatureFamily.RsaPss, hash, LengthOf(hash));

    /// <summary>For people.</summary>
    public override string ToString() => Family switch
    {
        SignatureFamily.RsaPkcs1 => $"RSA PKCS#1 v1.5 with {Digest}",
        SignatureFamily.RsaPss => $"RSASSA-PSS with {Digest}",
        SignatureFamily.Ecdsa => $"ECDSA with {Digest}",
        SignatureFamily.Ed25519 => "Ed25519",
        SignatureFamily.MlDsa44 => "ML-DSA-44",
        SignatureFamily.MlDsa65 => "ML-DSA-65",
        _ => "ML-DSA-87",
    };

    /// <summary>Octets that a hash function makes.</summary>
    internal static int LengthOf(SignatureHash hash) => hash switch
    {
        SignatureHash.Sha1 => 20,
        SignatureHash.Sha2_256 => 32,
        SignatureHash.Sha2_384 => 48,
        SignatureHash.Sha2_512 => 64,
        _ => 0,
    };
}

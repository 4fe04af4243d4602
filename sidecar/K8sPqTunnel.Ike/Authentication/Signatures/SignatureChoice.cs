using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>How to sign so that the peer can verify it: the method of the AUTH payload and the algorithm.</summary>
internal readonly record struct SignatureChoice(AuthenticationMethod Method, SignatureAlgorithm Algorithm)
{
    /// <summary>RSA keys above it sign with SHA2-384: as strong as the key (SP 800-57 part 1, table 2).</summary>
    private const int Sha256RsaBits = 3072;

    // RFC 4754 3, RFC 7427 3. Columns: kind, the hash that is as strong as the key, the method of a peer without RFC 7427.
    private static readonly (KeyKind Kind, SignatureHash Hash, AuthenticationMethod? Legacy)[] Rows =
    [
        (KeyKind.EcdsaP256, SignatureHash.Sha2_256, AuthenticationMethod.EcdsaSha256),
        (KeyKind.EcdsaP384, SignatureHash.Sha2_384, AuthenticationMethod.EcdsaSha384),
        (KeyKind.EcdsaP521, SignatureHash.Sha2_512, AuthenticationMethod.EcdsaSha512),
        (KeyKind.Ed25519,   SignatureHash.Identity, null),
        (KeyKind.MlDsa44,   SignatureHash.Identity, null),
        (KeyKind.MlDsa65,   SignatureHash.Identity, null),
        (KeyKind.MlDsa87,   SignatureHash.Identity, null),
    ];

    // Where the peer lacks the hash that fits: the next stronger ones, then weaker ones.
    private static readonly SignatureHash[] Sha2 = [SignatureHash.Sha2_256, SignatureHash.Sha2_384, SignatureHash.Sha2_512];

    /// <summary>Chooses; null where nothing is left that both ends can do.</summary>
    /// <param name="peer">What the peer announced (RFC 7427 4).</param>
    /// <param name="rsa">How an RSA key signs.</param>
    /// <param name="flaw">Why nothing is left, to follow "peer ADDRESS".</param>
    public static SignatureChoice? For(SigningKey key, SignatureHashes peer, RsaSignature rsa, out string? flaw)
    {
        flaw = null;
        bool isRsa = key.Kind is KeyKind.Rsa or KeyKind.RsaPss;
        (_, SignatureHash wanted, AuthenticationMethod? legacy) = Array.Find(Rows, row => row.Kind == key.Kind);
        if (isRsa)
            wanted = key.Bits <= Sha256RsaBits ? SignatureHash.Sha2_256 : SignatureHash.Sha2_384;

        // RFC 4055 1.2: a key that is certified for RSASSA-PSS signs in no other way.
        bool isPkcs1 = key.Kind == KeyKind.Rsa && rsa == RsaSignature.Pkcs1;
        SignatureFamily family = isPkcs1 ? SignatureFamily.RsaPkcs1 : KeyKinds.FamiliesOf(key.Kind)[0];
        if (peer.Has(wanted))
            return new SignatureChoice(AuthenticationMethod.DigitalSignature, Of(family, wanted));
        if (wanted != SignatureHash.Identity && Next(peer, wanted) is { } other)
            return new SignatureChoice(AuthenticationMethod.DigitalSignature, Of(family, other));
        if (peer.IsEmpty && legacy is { } method)
            return new SignatureChoice(method, Of(family, wanted));
        // RFC 7296 3.8: method 1 signs with SHA-1, unless something says that the peer knows another hash; nothing does.
        if (peer.IsEmpty && key.Kind == KeyKind.Rsa && rsa == RsaSignature.Sha1)
            return new SignatureChoice(AuthenticationMethod.RsaSignature, Of(SignatureFamily.RsaPkcs1, SignatureHash.Sha1));

        flaw = (peer.IsEmpty, isRsa) switch
        {
            (true, true) => "does not announce RFC 7427 (SIGNATURE_HASH_ALGORITHMS), so that only RSA with SHA-1 would be left, which can be "
                + "forged: update the peer, use an ECDSA certificate or a pre-shared key, or allow it by spec.authentication.certificate.rsaSignature: Sha1",
            (_, true) => "takes no SHA-2 in RSA signatures: allow SHA2-256 there",
            _ => $"cannot verify {Of(family, wanted)}: it does not announce the hash {(int)wanted} (RFC 7427 4); use another kind of "
                + "certificate, or update the peer",
        };
        return null;
    }

    private static SignatureAlgorithm Of(SignatureFamily family, SignatureHash hash) =>
        family == SignatureFamily.RsaPss ? SignatureAlgorithm.Pss(hash) : new SignatureAlgorithm(family, hash);

    private static SignatureHash? Next(SignatureHashes peer, SignatureHash wanted)
    {
        SignatureHash[] there = [.. Sha2.Where(peer.Has)];
        return there is [.., var strongest] ? there.Where(hash => hash > wanted).Append(strongest).First() : null;
    }
}

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>The kinds of keys that signatures of IKE_AUTH are made with.</summary>
internal enum KeyKind
{
    Rsa,

    /// <summary>An RSA key whose certificate allows RSASSA-PSS only (RFC 4055 1.2).</summary>
    RsaPss,

    EcdsaP256,
    EcdsaP384,
    EcdsaP521,
    Ed25519,
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

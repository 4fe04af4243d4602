namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>How a signature is made, apart from its hash.</summary>
internal enum SignatureFamily
{
    RsaPkcs1,
    RsaPss,
    Ecdsa,
    Ed25519,
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The means of authentication of the matrix; another one is another line.</summary>
internal static class Proofs
{
    public static readonly Proof Psk = new("PSK");

    public static readonly Proof[] All =
    [
        Psk,
        new("RSA-PSS", KeyKind.Rsa),
        new("RSA PKCS #1", KeyKind.Rsa, SignatureScheme.Pkcs1),
        new("RSA method 1", KeyKind.Rsa, SignatureScheme.Older),
        new("ECDSA P-256", KeyKind.Ecdsa256),
        new("ECDSA P-384", KeyKind.Ecdsa384),
        new("ECDSA method 10", KeyKind.Ecdsa384, SignatureScheme.Older),
        new("Ed25519", KeyKind.Ed25519),
        new("ML-DSA-65", KeyKind.MlDsa65),
    ];
}

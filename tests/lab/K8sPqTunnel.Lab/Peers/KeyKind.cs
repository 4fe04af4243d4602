namespace K8sPqTunnel.Lab.Peers;

/// <summary>What a certificate's key is of.</summary>
public enum KeyKind
{
    Rsa,
    Ecdsa256,
    Ecdsa384,
    Ed25519,
    MlDsa65,
}

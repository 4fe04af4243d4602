namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>How both ends prove who they are.</summary>
public enum Auth
{
    Psk,
    Rsa,
    Ecdsa256,
    Ecdsa384,
    Ed25519,
}

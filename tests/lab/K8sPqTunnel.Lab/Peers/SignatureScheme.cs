namespace K8sPqTunnel.Lab.Peers;

/// <summary>How both ends sign in IKE_AUTH, where they have certificates.</summary>
public enum SignatureScheme
{
    /// <summary>As the peer does by itself (RFC 7427).</summary>
    Usual,

    /// <summary>The peer takes PKCS #1 v1.5 only, with SHA-256.</summary>
    Pkcs1,

    /// <summary>The methods of before RFC 7427: RSA with SHA-1, and ECDSA by methods 9 to 11.</summary>
    Older,
}

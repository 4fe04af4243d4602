namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Transform type 1, encryption (IANA IKEv2 parameters; RFC 7296 3.3.2).</summary>
public enum EncryptionId : ushort
{
    None = 0,

    /// <summary>RFC 3602; needs an <see cref="IntegrityId"/> beside it.</summary>
    AesCbc = 12,

    /// <summary>RFC 4106 (ESP) and RFC 5282 (IKE), with an ICV of 16 octets.</summary>
    AesGcm16 = 20,

    /// <summary>RFC 7634; its transform carries no Key Length attribute.</summary>
    ChaCha20Poly1305 = 28,
}

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Transform type 3, integrity (IANA IKEv2 parameters; RFC 7296 3.3.2, RFC 4868 2.3).</summary>
public enum IntegrityId : ushort
{
    /// <summary>The encryption is an AEAD and protects integrity itself (RFC 5282 8).</summary>
    None = 0,
    HmacSha2_256_128 = 12,
    HmacSha2_384_192 = 13,
    HmacSha2_512_256 = 14,
}

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Transform type 1, encryption (IANA IKEv2 parameters; RFC 7296 3.3.2).</summary>
public enum EncryptionId : ushort
{
    None = 0,
    AesCbc = 12,
    AesGcm16 = 20,
    ChaCha20Poly1305 = 28,
}

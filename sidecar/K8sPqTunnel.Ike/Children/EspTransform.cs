using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Children;

/// <summary>The algorithms of an ESP SA as negotiated (RFC 7296 3.3).</summary>
/// <param name="Encryption">Transform type 1.</param>
/// <param name="EncryptionKeyBits">Key length in bits, without salt; 0 where the algorithm has only one.</param>
/// <param name="Integrity">Transform type 3; <c>None</c> with an AEAD.</param>
/// <param name="ExtendedSequenceNumbers">Transform type 5: true for 64-bit sequence numbers (RFC 4304).</param>
public readonly record struct EspTransform(
    EncryptionId Encryption,
    int EncryptionKeyBits,
    IntegrityId Integrity,
    bool ExtendedSequenceNumbers);

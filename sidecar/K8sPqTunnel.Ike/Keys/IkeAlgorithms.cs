using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>The negotiated algorithms of an IKE SA that fix the lengths of its keys (RFC 7296 2.14).</summary>
/// <param name="Prf">Transform type 2.</param>
/// <param name="Encryption">Transform type 1.</param>
/// <param name="Integrity">Transform type 3; <see cref="IntegrityId.None"/> with an AEAD.</param>
internal sealed record IkeAlgorithms(PrfId Prf, EncryptionParameters Encryption, IntegrityId Integrity);

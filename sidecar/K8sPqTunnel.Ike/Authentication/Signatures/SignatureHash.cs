namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>Hash functions of signatures (RFC 7427 7, RFC 8420 2).</summary>
internal enum SignatureHash : ushort
{
    /// <summary>Known so that it can be refused by name.</summary>
    Sha1 = 1,

    Sha2_256 = 2,
    Sha2_384 = 3,
    Sha2_512 = 4,

    /// <summary>The algorithm takes the message itself: Ed25519 and ML-DSA.</summary>
    Identity = 5,
}

using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike;

/// <summary>
/// A postquantum preshared key, PPK: a secret of both ends that is mixed into the keys, beside whatever authenticates them (RFC 8784,
/// RFC 9867).
/// </summary>
/// <param name="Id">What both ends call it: PPK_ID, of type PPK_ID_FIXED (RFC 8784 5.1).</param>
/// <param name="Secret">Should have 256 bits (RFC 8784 6). Stays the caller's, who keeps it until the connection is disposed.</param>
/// <param name="Required">Without a PPK in common, no SA comes up.</param>
public sealed record PostquantumKey(string Id, Secret Secret, bool Required = true);

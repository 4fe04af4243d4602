using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Authentication;

/// <summary>The peer proves that it knows a pre-shared key (RFC 7296 2.15).</summary>
/// <param name="Key">Stays the caller's, who keeps it until the connection is disposed.</param>
public sealed record PeerPreSharedKey(Secret Key) : PeerCredential;

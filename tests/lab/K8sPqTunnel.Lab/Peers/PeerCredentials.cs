namespace K8sPqTunnel.Lab.Peers;

/// <summary>What a peer needs to prove its identity by a certificate and to check the other end's; all in PEM.</summary>
/// <param name="Kind">Of the keys: rsa, ecdsa256, ecdsa384 or ed25519.</param>
/// <param name="Authority">The CA's certificate, which vouches for both ends.</param>
/// <param name="Certificate">The peer's own.</param>
/// <param name="Key">Its private key (PKCS#8).</param>
public sealed record PeerCredentials(string Kind, string Authority, string Certificate, string Key);

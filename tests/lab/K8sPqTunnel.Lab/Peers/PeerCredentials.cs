namespace K8sPqTunnel.Lab.Peers;

/// <summary>What an end needs to prove its identity by a certificate and to check the other end's; all in PEM.</summary>
/// <param name="Kind">Of all the keys.</param>
/// <param name="Authority">The CA's certificate, which vouches for both ends.</param>
/// <param name="Certificate">The end's own.</param>
/// <param name="Key">Its private key (PKCS#8).</param>
public sealed record PeerCredentials(KeyKind Kind, string Authority, string Certificate, string Key);

namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>
/// The question whether certificates lead to an authority that we trust. Only asked of a peer that has proved to hold the private key,
/// so that nobody else can have us ask the network.
/// </summary>
/// <param name="Tunnel">The connection's name.</param>
/// <param name="Chain">What the peer sent. Lives until the check is answered or given up.</param>
/// <param name="Anchors">What we trust.</param>
public sealed record CertificateCheck(string Tunnel, CertificateChain Chain, TrustAnchors Anchors, RevocationPolicy Revocation);

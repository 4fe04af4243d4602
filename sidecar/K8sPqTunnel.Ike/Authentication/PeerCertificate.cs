using K8sPqTunnel.Ike.Authentication.Certificates;

namespace K8sPqTunnel.Ike.Authentication;

/// <summary>The peer proves that it holds the private key of a certificate which leads to a trust anchor and vouches for its identity.</summary>
/// <param name="Anchors">Stay the caller's, who keeps them until the connection is disposed.</param>
public sealed record PeerCertificate(TrustAnchors Anchors, RevocationPolicy Revocation = RevocationPolicy.Soft) : PeerCredential;

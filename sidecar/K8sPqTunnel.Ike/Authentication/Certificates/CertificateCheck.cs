namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>
/// The question whether certificates lead to an authority that we trust. Only asked of a peer that has proved to hold the private key,
/// so that nobody else can have us ask the network.
/// </summary>
/// <param name="tunnel">The connection's name.</param>
/// <param name="chain">What the peer sent.</param>
/// <param name="anchors">What we trust.</param>
/// <param name="revocation">Whether to ask for revocation.</param>
public sealed class CertificateCheck(string tunnel, CertificateChain chain, TrustAnchors anchors, RevocationPolicy revocation)
{
    public string Tunnel { get; } = tunnel;

    /// <summary>Lives until the check is answered. Nobody disposes that of a check which is given up: the collector takes it.</summary>
    public CertificateChain Chain { get; } = chain;

    public TrustAnchors Anchors { get; } = anchors;

    public RevocationPolicy Revocation { get; } = revocation;

    /// <summary>Our SPI of the IKE SA that waits for the answer.</summary>
    internal IkeSpi LocalSpi { get; init; }
}

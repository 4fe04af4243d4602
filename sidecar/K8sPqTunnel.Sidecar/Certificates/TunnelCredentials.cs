using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Sidecar.Certificates;

/// <summary>What a tunnel's Secrets hold, and what it is used for. Owns the keys.</summary>
public sealed class TunnelCredentials(LocalCredential local, PeerCredential remote, params IReadOnlyList<IDisposable> owned) : IDisposable
{
    /// <summary>In the terms of the IKE core.</summary>
    public AuthenticationConfig Authentication { get; } = new(local, remote);

    /// <summary>The same pre-shared key both ways.</summary>
    public static TunnelCredentials Of(Secret preSharedKey) =>
        new(new LocalPreSharedKey(preSharedKey), new PeerPreSharedKey(preSharedKey), preSharedKey);

    /// <summary>Certificates both ways.</summary>
    public static TunnelCredentials Of(LocalCertificate local, TrustAnchors anchors, RevocationPolicy revocation) =>
        new(local, new PeerCertificate(anchors, revocation), local.Chain, local.Key, anchors);

    public void Dispose()
    {
        foreach (IDisposable each in owned)
            each.Dispose();
    }
}

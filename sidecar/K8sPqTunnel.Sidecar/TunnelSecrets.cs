using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Sidecar;

/// <summary>The keys and certificates that a tunnel's resource names. Owns them.</summary>
public sealed class TunnelSecrets : IDisposable
{
    private readonly IDisposable?[] _owned;

    /// <summary>The same pre-shared key both ways.</summary>
    /// <param name="postquantumKeys">Those of spec.authentication.ppk, in its order.</param>
    public TunnelSecrets(Secret preSharedKey, params IReadOnlyList<Secret> postquantumKeys)
        : this(preSharedKey, own: null, anchors: null, RevocationPolicy.Off, RsaSignature.Pss, postquantumKeys)
    {
    }

    /// <summary>Each end uses a certificate where there is one for it, else the pre-shared key.</summary>
    /// <param name="preSharedKey">Null where both use certificates.</param>
    /// <param name="own">Our certificate.</param>
    /// <param name="anchors">Who may vouch for the peer's.</param>
    /// <param name="revocation">Of the peer's.</param>
    /// <param name="rsaSignature">How our RSA key signs.</param>
    /// <param name="postquantumKeys">Those of spec.authentication.ppk, in its order.</param>
    public TunnelSecrets(
        Secret? preSharedKey,
        LocalCertificate? own,
        TrustAnchors? anchors,
        RevocationPolicy revocation,
        RsaSignature rsaSignature,
        IReadOnlyList<Secret> postquantumKeys)
    {
        LocalCredential local = own is not null ? own : new LocalPreSharedKey(Needed(preSharedKey));
        PeerCredential remote = anchors is not null ? new PeerCertificate(anchors, revocation) : new PeerPreSharedKey(Needed(preSharedKey));
        Authentication = new AuthenticationConfig(local, remote) { RsaSignature = rsaSignature };
        PreSharedKey = preSharedKey;
        PostquantumKeys = postquantumKeys;
        _owned = [preSharedKey, own?.Key, own?.Chain, anchors, .. postquantumKeys];
    }

    /// <summary>What both ends prove themselves with.</summary>
    public AuthenticationConfig Authentication { get; }

    /// <summary>Null where both ends use certificates.</summary>
    public Secret? PreSharedKey { get; }

    /// <summary>In the order of spec.authentication.ppk.</summary>
    public IReadOnlyList<Secret> PostquantumKeys { get; }

    public void Dispose()
    {
        foreach (IDisposable? each in _owned)
            each?.Dispose();
    }

    private static Secret Needed(Secret? preSharedKey) =>
        preSharedKey ?? throw new ArgumentException("an end has neither certificate nor pre-shared key", nameof(preSharedKey));
}

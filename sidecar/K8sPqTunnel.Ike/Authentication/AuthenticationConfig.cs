using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Authentication;

/// <summary>How both ends prove who they are: each by its own means (RFC 7296 2.15 lets them differ).</summary>
/// <param name="Local">What we prove ourselves with.</param>
/// <param name="Remote">What we take from the peer.</param>
public sealed record AuthenticationConfig(LocalCredential Local, PeerCredential Remote)
{
    /// <summary>How long a check of the peer's certificates may take before it counts as failed.</summary>
    public TimeSpan CheckTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Of our RSA key; <see cref="RsaSignature.Sha1"/> says of the peer's too.</summary>
    public RsaSignature RsaSignature { get; init; }

    /// <summary>
    /// The pre-shared key before the present one: a peer that has not been given that yet may prove itself with this one, and is answered with it. Null where there
    /// is none, or its time is over. Stays the caller's, as the present one does.
    /// </summary>
    public Secret? FormerKey { get; init; }

    /// <summary>One end at least signs, so that hash functions have to be announced (RFC 7427 4).</summary>
    public bool UsesSignatures => Local is LocalCertificate || Remote is PeerCertificate;

    /// <summary>Both ends prove themselves with the same keys and certificates as there.</summary>
    public bool ProvesAs(AuthenticationConfig other) => Local.Equals(other.Local) && Remote.Equals(other.Remote);

    /// <summary>The same pre-shared key both ways.</summary>
    /// <param name="key">Stays the caller's, who keeps it until the connection is disposed.</param>
    public static AuthenticationConfig PreSharedKey(Secret key) => new(new LocalPreSharedKey(key), new PeerPreSharedKey(key));
}

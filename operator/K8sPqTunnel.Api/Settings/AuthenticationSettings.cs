using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Settings;

/// <summary>What each end proves itself with, and where that is.</summary>
/// <param name="Psk">Where the pre-shared key is; null where neither end uses one.</param>
/// <param name="PskEncoding">How the Secret's value is read; null: as text, unless strongSwan would decode it.</param>
/// <param name="Certificate">Our certificate and those above it; null where we use the pre-shared key.</param>
/// <param name="PrivateKey">Its private key.</param>
/// <param name="Authorities">Those that may vouch for the peer; null where the peer uses the pre-shared key.</param>
/// <param name="Revocation">Of the peer's certificate.</param>
/// <param name="RsaSignature">How our RSA key signs.</param>
/// <param name="Ppks">Postquantum preshared keys beside them, in order of preference.</param>
/// <param name="PpkExchange">When one of them goes in.</param>
public sealed record AuthenticationSettings(
    SecretReference? Psk,
    PskEncoding? PskEncoding,
    SecretReference? Certificate,
    SecretReference? PrivateKey,
    SecretReference? Authorities,
    RevocationChoice Revocation,
    RsaSignatureChoice RsaSignature,
    IReadOnlyList<PpkSettings> Ppks,
    PpkExchange PpkExchange)
{
    /// <summary>How long a peer may prove itself with the pre-shared key before, after it has changed.</summary>
    public TimeSpan PskOverlap { get; init; }

    /// <summary>All values of Secrets that the tunnel needs.</summary>
    public IReadOnlyList<SecretReference> Secrets { get; } =
        [.. new[] { Psk, Certificate, PrivateKey, Authorities }.OfType<SecretReference>(), .. Ppks.Select(ppk => ppk.Secret)];
}

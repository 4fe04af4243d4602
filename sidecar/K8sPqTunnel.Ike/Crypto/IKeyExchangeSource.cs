using System.Diagnostics.CodeAnalysis;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Makes key exchanges: fresh ones from OpenSSL in the daemon, recorded ones when a transcript is replayed.</summary>
public interface IKeyExchangeSource
{
    /// <summary>The initiating half, with a fresh key pair.</summary>
    KeyExchange Start(KeyExchangeMethod method);

    /// <summary>The responding half, in one step: takes the peer's KE data, makes ours and the shared secret.</summary>
    /// <param name="method">One of <see cref="KeyExchangeParameters.All"/>.</param>
    /// <param name="peerData">As it came from the wire, any length.</param>
    /// <param name="ourData">The data of our KE payload; null when refused.</param>
    /// <param name="secret">Owned by the caller; null when refused.</param>
    /// <param name="error">Why it was refused.</param>
    bool TryRespond(
        KeyExchangeMethod method,
        ReadOnlySpan<byte> peerData,
        [NotNullWhen(true)] out byte[]? ourData,
        [NotNullWhen(true)] out Secret? secret,
        out KeyExchangeError error);
}

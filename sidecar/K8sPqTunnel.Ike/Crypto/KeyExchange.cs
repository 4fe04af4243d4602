using System.Diagnostics.CodeAnalysis;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>The half of whoever sends a KE payload first: holds the fresh private key until the answer comes.</summary>
/// <remarks>A key pair completes once. An answer that is refused leaves it usable, since IKE_SA_INIT answers are
/// unauthenticated and a good one may still follow (RFC 7296 2.4).</remarks>
public abstract class KeyExchange(KeyExchangeParameters parameters) : IDisposable
{
    private bool _completed;

    public KeyExchangeParameters Parameters { get; } = parameters;

    public KeyExchangeMethod Method => Parameters.Method;

    /// <summary>The data of our KE payload (RFC 7296 3.4), <see cref="KeyExchangeParameters.InitiatorDataLength"/> octets.</summary>
    public abstract ReadOnlySpan<byte> Data { get; }

    /// <summary>Takes the data of the peer's KE payload and makes the shared secret.</summary>
    /// <param name="peerData">As it came from the wire, any length.</param>
    /// <param name="secret">g^ir or the KEM's shared secret, owned by the caller; null when refused.</param>
    /// <param name="error">Why it was refused.</param>
    /// <exception cref="InvalidOperationException">The key pair has already made a secret.</exception>
    public bool TryComplete(ReadOnlySpan<byte> peerData, [NotNullWhen(true)] out Secret? secret, out KeyExchangeError error)
    {
        if (_completed)
            throw new InvalidOperationException("a key pair serves one key exchange only");
        secret = null;
        error = peerData.Length == Parameters.ResponderDataLength ? Derive(peerData, out secret) : KeyExchangeError.WrongLength;
        _completed = secret is not null;
        return _completed;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the secret from data of the right length, or says why not.</summary>
    protected abstract KeyExchangeError Derive(ReadOnlySpan<byte> peerData, out Secret? secret);

    protected abstract void Dispose(bool disposing);
}

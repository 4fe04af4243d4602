using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Changes one bit of each ML-KEM ciphertext, as if the peer's library were broken.</summary>
internal sealed class FlippingKeyExchanges : IKeyExchangeSource
{
    private readonly SystemKeyExchangeSource _inner = new();

    public int Flipped { get; private set; }

    public KeyExchange Start(KeyExchangeMethod method) => _inner.Start(method);

    public bool TryRespond(
        KeyExchangeMethod method,
        ReadOnlySpan<byte> peerData,
        [NotNullWhen(true)] out byte[]? ourData,
        [NotNullWhen(true)] out Secret? secret,
        out KeyExchangeError error)
    {
        bool ok = _inner.TryRespond(method, peerData, out ourData, out secret, out error);
        if (ok && KeyExchangeParameters.Of(method).IsPostQuantum)
        {
            ourData![7] ^= 1;
            Flipped++;
        }

        return ok;
    }
}

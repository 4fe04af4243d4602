using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Real key exchanges whose ML-KEM ciphertexts may come one octet short.</summary>
internal sealed class ShorteningKeyExchanges : IKeyExchangeSource
{
    private readonly SystemKeyExchangeSource _real = new();

    public bool Shortens { get; set; }

    public KeyExchange Start(KeyExchangeMethod method) => _real.Start(method);

    public bool TryRespond(
        KeyExchangeMethod method,
        ReadOnlySpan<byte> peerData,
        [NotNullWhen(true)] out byte[]? ourData,
        [NotNullWhen(true)] out Secret? secret,
        out KeyExchangeError error)
    {
        bool done = _real.TryRespond(method, peerData, out ourData, out secret, out error);
        if (done && Shortens && KeyExchangeParameters.Of(method).IsPostQuantum)
            ourData = ourData![..^1];
        return done;
    }
}

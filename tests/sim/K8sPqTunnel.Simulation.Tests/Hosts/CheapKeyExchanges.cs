using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>Makes <see cref="CheapKeyExchange"/>s, the same ones again from the same seed.</summary>
internal sealed class CheapKeyExchanges(IRandomSource random) : IKeyExchangeSource
{
    public KeyExchange Start(KeyExchangeMethod method) => new CheapKeyExchange(KeyExchangeParameters.Of(method), random);

    public bool TryRespond(
        KeyExchangeMethod method,
        ReadOnlySpan<byte> peerData,
        [NotNullWhen(true)] out byte[]? ourData,
        [NotNullWhen(true)] out Secret? secret,
        out KeyExchangeError error)
    {
        var parameters = KeyExchangeParameters.Of(method);
        ourData = null;
        secret = null;
        error = peerData.Length == parameters.InitiatorDataLength ? KeyExchangeError.None : KeyExchangeError.WrongLength;
        if (error != KeyExchangeError.None)
            return false;
        ourData = new byte[parameters.ResponderDataLength];
        random.Fill(ourData);
        secret = CheapKeyExchange.SecretOf(parameters, peerData, ourData);
        return true;
    }
}

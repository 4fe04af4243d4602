using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Key exchanges whose private keys come from OpenSSL's generator.</summary>
public sealed class SystemKeyExchangeSource : IKeyExchangeSource
{
    /// <inheritdoc/>
    /// <exception cref="PlatformNotSupportedException">
    /// An ML-KEM method where <see cref="CryptoCapabilities.HasMlKem"/> is false.
    /// </exception>
    public KeyExchange Start(KeyExchangeMethod method)
    {
        KeyExchangeParameters parameters = KeyExchangeParameters.Of(method);
        return parameters.IsPostQuantum ? MlKemKeyExchange.Generate(parameters) : DiffieHellmanKeyExchange.Generate(parameters);
    }

    /// <inheritdoc/>
    public bool TryRespond(
        KeyExchangeMethod method,
        ReadOnlySpan<byte> peerData,
        [NotNullWhen(true)] out byte[]? ourData,
        [NotNullWhen(true)] out Secret? secret,
        out KeyExchangeError error)
    {
        KeyExchangeParameters parameters = KeyExchangeParameters.Of(method);
        if (parameters.IsPostQuantum)
            return MlKemEncapsulation.TryEncapsulate(parameters, peerData, out ourData, out secret, out error);

        // Diffie-Hellman is symmetric: the answering side runs the same half with the data already at hand.
        using KeyExchange ours = DiffieHellmanKeyExchange.Generate(parameters);
        ourData = ours.TryComplete(peerData, out secret, out error) ? ours.Data.ToArray() : null;
        return ourData is not null && secret is not null;
    }
}

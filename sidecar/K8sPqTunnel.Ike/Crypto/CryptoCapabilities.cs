using System.Security.Cryptography;
using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>What the OpenSSL of this machine can do.</summary>
/// <param name="Version">OpenSSL's own text, for example <c>OpenSSL 3.5.4 30 Sep 2025</c>.</param>
/// <param name="HasMlKem">ML-KEM is there (OpenSSL 3.5 or newer).</param>
public sealed record CryptoCapabilities(string Version, bool HasMlKem)
{
    /// <summary>Asks the library that is loaded.</summary>
    public static CryptoCapabilities Probe() => new(LibCrypto.Version, MLKem.IsSupported);

    /// <summary>
    /// Null when this machine can run <paramref name="method"/>, otherwise one sentence for a human that says what to do.
    /// Nothing falls back to a classical method by itself.
    /// </summary>
    public string? WhyNot(KeyExchangeMethod method)
    {
        if (!KeyExchangeParameters.TryFind(method, out KeyExchangeParameters? parameters))
            return $"key exchange method {(int)method} is not implemented: use one of {Keywords()}";
        return parameters.IsPostQuantum && !HasMlKem
            ? $"{VersionName} has no ML-KEM, which {parameters.Keyword} needs: run on Debian 13 or newer (OpenSSL 3.5), " +
              "or set spec.postQuantum.keyExchange: Disabled and propose classical key exchange only"
            : null;
    }

    private string VersionName => string.Join(' ', Version.Split(' ').Take(2));

    private static string Keywords() => string.Join(", ", KeyExchangeParameters.All.Select(row => row.Keyword));
}

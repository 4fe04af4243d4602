using System.Diagnostics.CodeAnalysis;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>What is fixed about a key exchange method: a row of <see cref="All"/>. Lengths in octets.</summary>
/// <param name="Method">Transform ID.</param>
/// <param name="Name">How people call it.</param>
/// <param name="Keyword">strongSwan's proposal keyword.</param>
/// <param name="InitiatorDataLength">KE payload data of whoever sends the exchange's request.</param>
/// <param name="ResponderDataLength">KE payload data of the answer.</param>
/// <param name="SecretLength">The shared secret, not padded, not stripped (RFC 5903 7, draft-ietf-ipsecme-ikev2-mlkem 2.2).</param>
/// <param name="IsPostQuantum">No known quantum algorithm recovers the secret from a recording.</param>
public sealed record KeyExchangeParameters(
    KeyExchangeMethod Method,
    string Name,
    string Keyword,
    int InitiatorDataLength,
    int ResponderDataLength,
    int SecretLength,
    bool IsPostQuantum)
{
    /// <summary>What we can do.</summary>
    public static IReadOnlyList<KeyExchangeParameters> All { get; } =
    [
        new(KeyExchangeMethod.Ecp256, "P-256", "ecp256", 64, 64, 32, false),
        new(KeyExchangeMethod.Ecp384, "P-384", "ecp384", 96, 96, 48, false),
        new(KeyExchangeMethod.Ecp521, "P-521", "ecp521", 132, 132, 66, false),
        new(KeyExchangeMethod.X25519, "X25519", "x25519", 32, 32, 32, false),
        new(KeyExchangeMethod.MlKem512, "ML-KEM-512", "mlkem512", 800, 768, 32, true),
        new(KeyExchangeMethod.MlKem768, "ML-KEM-768", "mlkem768", 1184, 1088, 32, true),
        new(KeyExchangeMethod.MlKem1024, "ML-KEM-1024", "mlkem1024", 1568, 1568, 32, true),
    ];

    /// <summary>The row of a method that is known to be in the table.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It isn't; what comes from the wire goes through <see cref="TryFind"/>.</exception>
    public static KeyExchangeParameters Of(KeyExchangeMethod method) =>
        TryFind(method, out KeyExchangeParameters? parameters)
            ? parameters
            : throw new ArgumentOutOfRangeException(nameof(method), method, "no such key exchange method in the table");

    /// <summary>The row for a transform ID from the wire, if we can do it.</summary>
    public static bool TryFind(KeyExchangeMethod method, [NotNullWhen(true)] out KeyExchangeParameters? parameters)
    {
        parameters = All.FirstOrDefault(row => row.Method == method);
        return parameters is not null;
    }
}

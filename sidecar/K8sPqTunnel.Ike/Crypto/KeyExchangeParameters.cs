using System.Diagnostics.CodeAnalysis;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>What is fixed about a key exchange method: a row of <see cref="All"/>. Lengths in octets.</summary>
/// <param name="Method">Transform ID.</param>
/// <param name="Name">How people call it.</param>
/// <param name="Keyword">strongSwan's proposal keyword.</param>
/// <param name="InitiatorDataLength">KE payload data of whoever sends the exchange's request.</param>
/// <param name="ResponderDataLength">KE payload data of the answer.</param>
/// <param name="SecretLength">
/// The shared secret, of a fixed length: an x coordinate or a KEM's secret as it is (RFC 5903 7, draft-ietf-ipsecme-ikev2-mlkem 2), a
/// MODP secret with zeros in front up to the length of the prime (RFC 7296 2.14).
/// </param>
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
    private static readonly KeyExchangeParameters[] Rows =
    [
        new(KeyExchangeMethod.Ecp256, "P-256", "ecp256", 64, 64, 32, false),
        new(KeyExchangeMethod.Ecp384, "P-384", "ecp384", 96, 96, 48, false),
        new(KeyExchangeMethod.Ecp521, "P-521", "ecp521", 132, 132, 66, false),
        new(KeyExchangeMethod.X25519, "X25519", "x25519", 32, 32, 32, false),
        new(KeyExchangeMethod.X448, "X448", "x448", 56, 56, 56, false),
        new(KeyExchangeMethod.BrainpoolP256, "brainpoolP256r1", "ecp256bp", 64, 64, 32, false),
        new(KeyExchangeMethod.BrainpoolP384, "brainpoolP384r1", "ecp384bp", 96, 96, 48, false),
        new(KeyExchangeMethod.BrainpoolP512, "brainpoolP512r1", "ecp512bp", 128, 128, 64, false),
        new(KeyExchangeMethod.Modp1536, "MODP-1536", "modp1536", 192, 192, 192, false),
        new(KeyExchangeMethod.Modp2048, "MODP-2048", "modp2048", 256, 256, 256, false),
        new(KeyExchangeMethod.Modp3072, "MODP-3072", "modp3072", 384, 384, 384, false),
        new(KeyExchangeMethod.Modp4096, "MODP-4096", "modp4096", 512, 512, 512, false),
        new(KeyExchangeMethod.Modp6144, "MODP-6144", "modp6144", 768, 768, 768, false),
        new(KeyExchangeMethod.Modp8192, "MODP-8192", "modp8192", 1024, 1024, 1024, false),
        new(KeyExchangeMethod.MlKem512, "ML-KEM-512", "mlkem512", 800, 768, 32, true),
        new(KeyExchangeMethod.MlKem768, "ML-KEM-768", "mlkem768", 1184, 1088, 32, true),
        new(KeyExchangeMethod.MlKem1024, "ML-KEM-1024", "mlkem1024", 1568, 1568, 32, true),
    ];

    /// <summary>What we can do.</summary>
    public static IReadOnlyList<KeyExchangeParameters> All => Rows;

    /// <summary>The row of a method that is known to be in the table.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It isn't; what comes from the wire goes through <see cref="TryFind"/>.</exception>
    public static KeyExchangeParameters Of(KeyExchangeMethod method) =>
        TryFind(method, out KeyExchangeParameters? parameters)
            ? parameters
            : throw new ArgumentOutOfRangeException(nameof(method), method, "no such key exchange method in the table");

    /// <summary>The row for a transform ID from the wire, if we can do it.</summary>
    public static bool TryFind(KeyExchangeMethod method, [NotNullWhen(true)] out KeyExchangeParameters? parameters)
    {
        foreach (KeyExchangeParameters row in Rows)
        {
            if (row.Method != method)
                continue;
            parameters = row;
            return true;
        }

        parameters = null;
        return false;
    }
}

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>How OpenSSL calls a Diffie-Hellman method, and how its public values look: a row of <see cref="All"/>.</summary>
/// <param name="Algorithm">Name of the key type.</param>
/// <param name="Group">Name of the curve or prime; null where the key type has only one.</param>
/// <param name="PrefixLength">Octets that OpenSSL puts before the data of the KE payload.</param>
/// <param name="Refusal">What a public value is that OpenSSL does not take.</param>
internal sealed record DiffieHellmanGroup(
    KeyExchangeMethod Method, string Algorithm, string? Group, int PrefixLength, KeyExchangeError Refusal)
{
    private const string Curve = "EC";
    private const string Prime = "DH";

    private static readonly DiffieHellmanGroup[] All =
    [
        new(KeyExchangeMethod.Ecp256, Curve, "P-256", 1, KeyExchangeError.NotOnCurve),
        new(KeyExchangeMethod.Ecp384, Curve, "P-384", 1, KeyExchangeError.NotOnCurve),
        new(KeyExchangeMethod.Ecp521, Curve, "P-521", 1, KeyExchangeError.NotOnCurve),
        new(KeyExchangeMethod.BrainpoolP256, Curve, "brainpoolP256r1", 1, KeyExchangeError.NotOnCurve),
        new(KeyExchangeMethod.BrainpoolP384, Curve, "brainpoolP384r1", 1, KeyExchangeError.NotOnCurve),
        new(KeyExchangeMethod.BrainpoolP512, Curve, "brainpoolP512r1", 1, KeyExchangeError.NotOnCurve),
        new(KeyExchangeMethod.X25519, "X25519", null, 0, KeyExchangeError.SmallOrder),
        new(KeyExchangeMethod.X448, "X448", null, 0, KeyExchangeError.SmallOrder),
        new(KeyExchangeMethod.Modp1536, Prime, "modp_1536", 0, KeyExchangeError.OutOfRange),
        new(KeyExchangeMethod.Modp2048, Prime, "modp_2048", 0, KeyExchangeError.OutOfRange),
        new(KeyExchangeMethod.Modp3072, Prime, "modp_3072", 0, KeyExchangeError.OutOfRange),
        new(KeyExchangeMethod.Modp4096, Prime, "modp_4096", 0, KeyExchangeError.OutOfRange),
        new(KeyExchangeMethod.Modp6144, Prime, "modp_6144", 0, KeyExchangeError.OutOfRange),
        new(KeyExchangeMethod.Modp8192, Prime, "modp_8192", 0, KeyExchangeError.OutOfRange),
    ];

    public bool IsPrime => Algorithm == Prime;

    /// <exception cref="ArgumentOutOfRangeException">Not a Diffie-Hellman method.</exception>
    public static DiffieHellmanGroup Of(KeyExchangeMethod method)
    {
        foreach (DiffieHellmanGroup row in All)
        {
            if (row.Method == method)
                return row;
        }

        throw new ArgumentOutOfRangeException(nameof(method), method, "not a Diffie-Hellman method");
    }
}

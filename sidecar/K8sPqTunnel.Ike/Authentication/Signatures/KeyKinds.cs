using System.Diagnostics.CodeAnalysis;
using System.Text;
using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>Which keys are taken, and how they are recognised.</summary>
internal static class KeyKinds
{
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;

    /// <summary>What a key may be, for sentences.</summary>
    public const string Known = "RSA of 2048 to 8192 bits, ECDSA P-256, P-384 or P-521, Ed25519, ML-DSA-44, -65 or -87";

    // Columns: kind, OpenSSL's name of the type, of the curve, signatures that the key makes.
    private static readonly (KeyKind Kind, string Type, string? Curve, SignatureFamily[] Families)[] Rows =
    [
        (KeyKind.Rsa,       "RSA",       null,         [SignatureFamily.RsaPss, SignatureFamily.RsaPkcs1]),
        (KeyKind.RsaPss,    "RSA-PSS",   null,         [SignatureFamily.RsaPss]),
        (KeyKind.EcdsaP256, "EC",        "prime256v1", [SignatureFamily.Ecdsa]),
        (KeyKind.EcdsaP384, "EC",        "secp384r1",  [SignatureFamily.Ecdsa]),
        (KeyKind.EcdsaP521, "EC",        "secp521r1",  [SignatureFamily.Ecdsa]),
        (KeyKind.Ed25519,   "ED25519",   null,         [SignatureFamily.Ed25519]),
        (KeyKind.MlDsa44,   "ML-DSA-44", null,         [SignatureFamily.MlDsa44]),
        (KeyKind.MlDsa65,   "ML-DSA-65", null,         [SignatureFamily.MlDsa65]),
        (KeyKind.MlDsa87,   "ML-DSA-87", null,         [SignatureFamily.MlDsa87]),
    ];

    /// <summary>The signatures that a key makes, best first.</summary>
    public static IReadOnlyList<SignatureFamily> FamiliesOf(KeyKind kind) => Array.Find(Rows, row => row.Kind == kind).Families;

    /// <summary>Recognises a key.</summary>
    /// <param name="flaw">What is wrong with it, to follow "its key".</param>
    public static bool TryRecognise(EvpPKeyHandle key, out KeyKind kind, [NotNullWhen(false)] out string? flaw)
    {
        string curve = CurveOf(key);
        foreach ((KeyKind row, string type, string? rowCurve, _) in Rows)
        {
            if (LibCrypto.EVP_PKEY_is_a(key, type) != 1 || (rowCurve is not null && rowCurve != curve))
                continue;
            kind = row;
            int bits = LibCrypto.EVP_PKEY_get_bits(key);
            bool isRsa = row is KeyKind.Rsa or KeyKind.RsaPss;
            flaw = isRsa && bits is < MinRsaBits or > MaxRsaBits ? $"is RSA of {bits} bits; taken are {Known}" : null;
            return flaw is null;
        }

        kind = default;
        flaw = $"is of a kind that is not taken{(curve.Length > 0 ? $" (curve {curve})" : "")}; taken are {Known}";
        return false;
    }

    private static string CurveOf(EvpPKeyHandle key)
    {
        Span<byte> name = stackalloc byte[64];
        if (LibCrypto.EVP_PKEY_is_a(key, "EC") == 1 && LibCrypto.EVP_PKEY_get_group_name(key, name, (nuint)name.Length, out nuint length) == 1)
            return Encoding.ASCII.GetString(name[..(int)length]);
        LibCrypto.ERR_clear_error();
        return "";
    }
}

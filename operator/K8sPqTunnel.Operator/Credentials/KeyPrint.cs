using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Operator.Credentials;

/// <summary>A short digest of a public key, the same however certificate and private key write it down.</summary>
internal static class KeyPrint
{
    private const int Octets = 16;
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <remarks>Without the algorithm's parameters, in which RSA and RSASSA-PSS differ.</remarks>
    public static string Of(PublicKey key)
    {
        ReadOnlySpan<byte> octets = key.EncodedKeyValue.RawData;
        if (key.Oid.Value == EllipticCurve)
            octets = AbscissaOf(octets);
        return Convert.ToHexStringLower(SHA256.HashData(octets).AsSpan(0, Octets));
    }

    // SEC 1 2.3.3: 04 | x | y, or compressed 02 | x, 03 | x. Two keys of one x differ in a sign, which nobody draws by mistake.
    private static ReadOnlySpan<byte> AbscissaOf(ReadOnlySpan<byte> point) =>
        point is [0x04, ..] ? point.Slice(1, point.Length / 2) : point.IsEmpty ? point : point[1..];
}

using System.Security.Cryptography;
using System.Text;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>A short text that changes when a longer one does.</summary>
internal static class Fingerprint
{
    private const int Digits = 16;

    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static string Of(ReadOnlySpan<byte> octets) => Convert.ToHexStringLower(SHA256.HashData(octets))[..Digits];
}

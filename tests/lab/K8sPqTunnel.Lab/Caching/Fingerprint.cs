using System.Security.Cryptography;
using System.Text;

namespace K8sPqTunnel.Lab.Caching;

/// <summary>Names the inputs of a cached step: equal inputs give equal names.</summary>
public static class Fingerprint
{
    private const int Characters = 12;

    /// <summary>Twelve hex characters of SHA-256 over the inputs, in their order.</summary>
    public static string Of(IEnumerable<string> inputs) =>
        // A line break cannot be told from a boundary otherwise: "a","b" and "a\nb" are different inputs.
        Shorten(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(inputs.Select(input => $"{input.Length}:{input}\n")))));

    /// <summary>The same over paths and contents of files; the order of <paramref name="files"/> does not matter.</summary>
    public static string OfFiles(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file + "\n"));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Shorten(hash.GetHashAndReset());
    }

    private static string Shorten(byte[] digest) => Convert.ToHexStringLower(digest)[..Characters];
}

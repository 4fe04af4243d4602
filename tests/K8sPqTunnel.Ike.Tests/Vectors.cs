using System.IO.Compression;
using K8sPqTunnel.Ike.Testing;

namespace K8sPqTunnel.Ike.Tests;

/// <summary>Public test vectors, which lie beside the repository and not in it.</summary>
internal static class Vectors
{
    private static readonly string? Root = FindRoot();

    /// <summary>The path of a file below <c>vectors</c>; skips the test when it isn't there.</summary>
    public static string PathOf(string relative)
    {
        string? path = Root is null ? null : Path.Combine(Root, relative);
        if (!File.Exists(path))
            Assert.Skip("vectors absent");
        return path;
    }

    public static byte[] Read(string relative) => File.ReadAllBytes(PathOf(relative));

    /// <summary>The lines of a text file, unpacked when its name ends in .gz.</summary>
    public static IEnumerable<string> ReadLines(string relative)
    {
        using Stream file = File.OpenRead(PathOf(relative));
        using Stream plain = relative.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using StreamReader reader = new(plain);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static string? FindRoot() =>
        Directory.GetParent(Repository.Root) is { } above ? Path.Combine(above.FullName, "shared", "vectors") : null;
}

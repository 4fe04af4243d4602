namespace K8sPqTunnel.Lab.Roots;

/// <summary>A file tree of some Debian suite with these packages and what they depend on, unpacked without their maintainer scripts.</summary>
public sealed record DebianRoot(string Name, string Suite, IReadOnlyList<string> Packages)
{
    // Raise it when the maker makes another tree of the same packages.
    private const string Recipe = "1";

    internal IEnumerable<string> Inputs => [Recipe, Suite, .. Packages.Order(StringComparer.Ordinal)];
}

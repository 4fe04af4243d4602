namespace K8sPqTunnel.Lab.Roots;

/// <summary>A file tree of some Debian suite with these packages and what they depend on, unpacked without their maintainer scripts.</summary>
public sealed record DebianRoot(string Name, string Suite, IReadOnlyList<string> Packages)
{
    // Raise it when the maker makes another tree of the same packages.
    private const string Recipe = "1";

    // Where images without dpkg say what they hold, for scanners: a control file for each package.
    internal const string ControlFolder = "var/lib/dpkg/status.d";

    /// <summary>Keeps each package's control file.</summary>
    public bool HasInventory { get; init; }

    internal IEnumerable<string> Inputs => [Recipe, Suite, .. HasInventory ? [ControlFolder] : Array.Empty<string>(), .. Packages.Order(StringComparer.Ordinal)];
}

using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>The Debian packages of a root, from the control files that its maker has left there.</summary>
internal static class DebianInventory
{
    /// <exception cref="LabException">The root has no control files, or one without a name and a version.</exception>
    public static IReadOnlyList<SoftwarePackage> Read(string root, string suite)
    {
        string folder = Path.Combine(root, DebianRoot.ControlFolder);
        if (!Directory.Exists(folder))
            throw new LabException($"{root} does not say which packages it holds: there is no {DebianRoot.ControlFolder}.");
        return [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(file => Parse(file, suite))];
    }

    private static SoftwarePackage Parse(string file, string suite)
    {
        // deb822: "Field: value", and lines that go on begin with a space.
        Dictionary<string, string> fields = File.ReadLines(file)
            .Where(line => line.Length > 0 && line[0] != ' ' && line.Contains(": ", StringComparison.Ordinal))
            .Select(line => line.Split(": ", 2)).ToDictionary(field => field[0], field => field[1].Trim(), StringComparer.Ordinal);
        if (!fields.TryGetValue("Package", out string? name) || !fields.TryGetValue("Version", out string? version))
            throw new LabException($"{file} is no package's control file.");
        string architecture = fields.GetValueOrDefault("Architecture", "all");
        return new SoftwarePackage(
            name, version, $"pkg:deb/debian/{name}@{Uri.EscapeDataString(version)}?arch={architecture}&distro={suite}", "Organization: Debian");
    }
}

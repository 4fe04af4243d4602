namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Finds the Go packages whose types openapi-gen has to read: those that ask for it in a comment.</summary>
internal static class OpenApiInputs
{
    private const string Mark = "+k8s:openapi-gen=";

    // Packages of tools, which upstream's makefile leaves out too.
    private static readonly string[] Tools = ["code-generator", "sample-apiserver", "kube-openapi", "gengo"];

    /// <summary>Folders relative to the Kubernetes source, sorted by octets as the expected list of violations is.</summary>
    public static IReadOnlyList<string> Find(string source)
    {
        string vendored = Path.Combine(source, "vendor/k8s.io");
        // Upstream's staging folder is linked into vendor, so links to folders have to be followed here.
        IEnumerable<string> libraries = Directory.EnumerateDirectories(vendored).Where(folder => !Tools.Contains(Path.GetFileName(folder)));
        IEnumerable<string> own = ((string[])["pkg", "cmd", "plugin"]).Select(folder => Path.Combine(source, folder));
        return [.. libraries.Concat(own)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.go", SearchOption.AllDirectories))
            .Where(Asks)
            .Select(file => Path.GetRelativePath(source, Path.GetDirectoryName(file)!))
            .Distinct()
            .Order(StringComparer.Ordinal)];
    }

    private static bool Asks(string file) => File.ReadLines(file).Any(line => line.Contains(Mark, StringComparison.Ordinal));
}

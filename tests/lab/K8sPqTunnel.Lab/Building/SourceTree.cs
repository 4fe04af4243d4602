namespace K8sPqTunnel.Lab.Building;

/// <summary>The files of the checkout that a build reads.</summary>
internal static class SourceTree
{
    private static readonly string[] Folders = ["operator", "sidecar", "proto", "tests", "bench", "crds"];
    private static readonly string[] Generated = ["bin", "obj", "artifacts"];
    private static readonly string[] RootFiles =
        ["K8sPqTunnel.sln", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "global.json"];

    /// <summary>Changes with the content of any of them, and with the .NET that would build them.</summary>
    public static string Fingerprint(Repository repository)
    {
        IEnumerable<string> sources = Folders.Select(folder => new DirectoryInfo(Path.Combine(repository.Root, folder)))
            .Where(folder => folder.Exists).SelectMany(Files)
            .Concat(RootFiles.Select(file => Path.Combine(repository.Root, file)).Where(File.Exists));
        return Caching.Fingerprint.Of([DotnetInstallation.Version, Caching.Fingerprint.OfFiles(sources)]);
    }

    private static IEnumerable<string> Files(DirectoryInfo folder) =>
        folder.EnumerateFiles().Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories().Where(child => !Generated.Contains(child.Name)).SelectMany(Files));
}

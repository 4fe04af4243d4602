namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Finds the data beside the repository that is not part of it.</summary>
internal static class SharedVectors
{
    /// <summary>The checkout's folder.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Full path of a file below ../shared/vectors; skips the test where that is absent.</summary>
    public static string Find(string relative)
    {
        string path = Path.GetFullPath(Path.Combine(Repository, "..", "shared", "vectors", relative));
        if (!File.Exists(path))
            Assert.Skip("vectors absent");
        return path;
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "K8sPqTunnel.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no K8sPqTunnel.sln above the tests");
    }
}

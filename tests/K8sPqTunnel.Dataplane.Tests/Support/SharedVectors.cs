namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Finds the data beside the repository that is not part of it.</summary>
internal static class SharedVectors
{
    /// <summary>Full path of a file below ../shared/vectors; skips the test where that is absent.</summary>
    public static string Find(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "K8sPqTunnel.sln")))
                continue;
            string path = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "vectors", relative));
            if (File.Exists(path))
                return path;
        }
        Assert.Skip("vectors absent");
        return "";
    }
}

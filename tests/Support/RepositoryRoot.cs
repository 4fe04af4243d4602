namespace K8sPqTunnel.Tests.Support;

/// <summary>Where the solution is.</summary>
internal static class RepositoryRoot
{
    public static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "K8sPqTunnel.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("K8sPqTunnel.sln stands above no test binary.");
    }
}

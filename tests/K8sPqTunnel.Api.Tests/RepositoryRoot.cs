namespace K8sPqTunnel.Api.Tests;

/// <summary>Where the solution is.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "K8sPqTunnel.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("K8sPqTunnel.sln stands above no test binary.");
    }
}

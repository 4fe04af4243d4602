namespace K8sPqTunnel.Sidecar.Control;

/// <summary>Where a daemon's control socket lies: a folder that only its user may enter.</summary>
public static class ControlSocket
{
    public const string Folder = "/run/pqtunnel";

    private const string Extension = ".sock";

    /// <summary>The socket of one tunnel.</summary>
    public static string PathOf(string tunnelNamespace, string name) =>
        Path.Combine(Folder, $"{tunnelNamespace}.{name}{Extension}");

    /// <summary>The sockets that daemons of this host have left there, running or not, in the order of their names.</summary>
    public static IReadOnlyList<string> Find() =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateFiles(Folder, "*" + Extension).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Makes the socket's folder, and removes a socket that a killed daemon left.</summary>
    internal static void Prepare(string path)
    {
        string? folder = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(folder) && !Directory.Exists(folder))
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Delete(path);
    }
}

using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace K8sPqTunnel.Sidecar.Control;

/// <summary>Where a daemon's control socket lies: a folder that only its user may enter.</summary>
public static class ControlSocket
{
    public const string Folder = "/run/pqtunnel";

    private const string Extension = ".sock";

    /// <summary>Octets of sockaddr_un's path, less its terminating zero (unix(7)).</summary>
    private const int LongestPath = 107;

    /// <summary>The socket of one tunnel: by its name, or by a hash of it where that is too long for a socket's path.</summary>
    public static string PathOf(string tunnelNamespace, string name)
    {
        string path = Path.Combine(Folder, $"{tunnelNamespace}.{name}{Extension}");
        return Encoding.UTF8.GetByteCount(path) <= LongestPath
            ? path
            : Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tunnelNamespace}/{name}"))) + Extension);
    }

    /// <summary>The socket of a daemon that was started for several tunnels.</summary>
    public const string OfSeveral = $"{Folder}/pqtunnel{Extension}";

    /// <summary>The sockets that daemons of this host have left there, running or not, in the order of their names.</summary>
    public static IReadOnlyList<string> Find() =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateFiles(Folder, "*" + Extension).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Makes the socket's folder, and removes a socket that a killed daemon left.</summary>
    /// <exception cref="IOException">The path is too long for a socket, is something else already, or may not be written.</exception>
    internal static void Prepare(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
            throw new IOException($"{path} is longer than the {LongestPath} octets that a socket's path may have: give a shorter one with --control");
        string? folder = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(folder) && !Directory.Exists(folder))
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (new FileInfo(path) is { Exists: true, Length: > 0 })
            throw new IOException($"{path} is a file with something in it, not a socket: name another path with --control");
        if (Answers(path))
            throw new IOException($"a daemon answers at {path} already: `pqtunnel reload` has one of several tunnels read its files again; another one needs a path of its own with --control");
        File.Delete(path);
    }

    private static bool Answers(string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>The files of a gateway's tunnels: those that its pod mounts, and those that the operator has sent since.</summary>
/// <remarks>KEPT/TUNNEL/ holds <c>tunnel.yaml</c> and <c>secrets/SECRET/KEY</c>; or <c>gone</c>, with the UID of a tunnel that was taken down.</remarks>
internal sealed class TunnelFolder(GatewayOptions options)
{
    private const string Document = "tunnel.yaml";
    private const string Secrets = "secrets";
    private const string Gone = "gone";
    private const string Extension = ".yaml";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Everything that is to be run at the start; of what cannot be read, the sentence that says why.</summary>
    public IEnumerable<(string File, LoadedTunnel? Tunnel, string? Error)> LoadAll()
    {
        string[] kept = [.. Directories(options.KeptFolder)];
        string[] mounted = [.. Files(options.TunnelsFolder)];
        foreach (string name in kept.Union(mounted))
        {
            LoadedTunnel? newest = null;
            string? error = null;
            if (mounted.Contains(name))
                newest = Try(Path.Combine(options.TunnelsFolder, name + Extension), options.SecretsFolder, ref error);
            if (kept.Contains(name))
                newest = Newer(newest, name, ref error);
            if (newest is not null || error is not null)
                yield return (name, newest, newest is null ? error : null);
        }
    }

    /// <summary>Keeps what the operator has sent, in place of what was there.</summary>
    /// <exception cref="IOException">The folder cannot be written, or a name is none of Kubernetes.</exception>
    public LoadedTunnel Keep(TunnelConfiguration configuration)
    {
        string folder = FolderOf(configuration.Tunnel.Name);
        Empty(folder);
        foreach (SecretValue value in configuration.Secrets)
        {
            string secret = Path.Combine(folder, Secrets, Checked(value.Name));
            Create(secret);
            Write(Path.Combine(secret, Checked(value.Key)), value.Value.Span);
        }

        // Last: a folder without it counts for nothing.
        Write(Path.Combine(folder, Document), System.Text.Encoding.UTF8.GetBytes(configuration.Document));
        return LoadKept(folder);
    }

    /// <summary>Reads again what was kept or mounted last.</summary>
    /// <exception cref="IOException">It cannot be taken.</exception>
    public LoadedTunnel Load(string name)
    {
        string folder = FolderOf(name);
        return File.Exists(Path.Combine(folder, Document))
            ? LoadKept(folder)
            : options.Load(Path.Combine(options.TunnelsFolder, Checked(name) + Extension), options.SecretsFolder);
    }

    /// <summary>Remembers that a tunnel is gone: the pod may still mount it for a while.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Forget(TunnelRef tunnel)
    {
        string folder = FolderOf(tunnel.Name);
        Empty(folder);
        Write(Path.Combine(folder, Gone), System.Text.Encoding.UTF8.GetBytes(tunnel.Uid));
    }

    private LoadedTunnel? Newer(LoadedTunnel? mounted, string name, ref string? error)
    {
        string folder = FolderOf(name);
        string gone = Path.Combine(folder, Gone);
        if (File.Exists(gone) && mounted?.Uid == File.ReadAllText(gone))
        {
            mounted!.Plan.Dispose();
            error = null;
            return null;
        }

        if (!File.Exists(Path.Combine(folder, Document)))
            return mounted;
        LoadedTunnel? kept = Try(Path.Combine(folder, Document), Path.Combine(folder, Secrets), ref error);
        if (kept is null)
            return mounted;
        // The kubelet writes the pod's files late, or while no operator could send anything.
        bool mountedIsNewer = mounted is not null && mounted.Uid == kept.Uid && mounted.Generation > kept.Generation;
        (mountedIsNewer ? kept : mounted)?.Plan.Dispose();
        return mountedIsNewer ? mounted : kept;
    }

    private LoadedTunnel? Try(string file, string secrets, ref string? error)
    {
        try
        {
            return options.Load(file, secrets);
        }
        catch (IOException e)
        {
            error = e.Message;
            return null;
        }
    }

    private LoadedTunnel LoadKept(string folder) => options.Load(Path.Combine(folder, Document), Path.Combine(folder, Secrets));

    private string FolderOf(string tunnel) => Path.Combine(options.KeptFolder, Checked(tunnel));

    private static string Checked(string name) =>
        name.Length > 0 && name is not ("." or "..") && Path.GetFileName(name) == name ? name : throw new IOException($"\"{name}\" is no name of Kubernetes");

    private static void Empty(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Create(folder);
    }

    private static void Create(string folder) => Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);

    private static void Write(string path, ReadOnlySpan<byte> octets)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Owner,
        });
        file.Write(octets);
    }

    private static IEnumerable<string> Directories(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)) : [];

    private static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + Extension).Select(path => Path.GetFileNameWithoutExtension(path)) : [];
}

namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>A file or folder of the host that a sandbox sees at <paramref name="Target"/>.</summary>
public sealed record Bind(string Source, string Target, bool ReadOnly = false)
{
    /// <summary>With what is mounted below it.</summary>
    public bool Recursive { get; init; }

    /// <summary>At the same path inside and outside.</summary>
    public static Bind Same(string path, bool readOnly = false) => new(path, path, readOnly);
}

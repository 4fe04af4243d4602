namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Gives a key a file name.</summary>
public sealed record KeyToPath
{
    public required string Key { get; init; }

    public required string Path { get; init; }

    public int? Mode { get; init; }
}

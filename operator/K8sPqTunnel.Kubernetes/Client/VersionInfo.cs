namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The version of the API server.</summary>
public sealed record VersionInfo
{
    public required string Major { get; init; }

    /// <summary>Some providers append a plus sign.</summary>
    public required string Minor { get; init; }

    /// <summary><c>v1.20.2</c></summary>
    public required string GitVersion { get; init; }
}

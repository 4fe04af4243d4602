namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>One field of the pod as a file.</summary>
public sealed record DownwardApiFile
{
    public required string Path { get; init; }

    public required ObjectFieldSelector FieldRef { get; init; }
}

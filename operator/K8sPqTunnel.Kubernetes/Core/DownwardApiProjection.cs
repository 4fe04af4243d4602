namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Fields of the pod as files.</summary>
public sealed record DownwardApiProjection
{
    public required IReadOnlyList<DownwardApiFile> Items { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A key of a Secret or ConfigMap in the same namespace.</summary>
public sealed record KeySelector
{
    public required string Name { get; init; }

    public required string Key { get; init; }

    public bool? Optional { get; init; }
}

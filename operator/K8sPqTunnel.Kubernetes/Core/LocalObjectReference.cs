namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>An object of the same namespace by name.</summary>
public sealed record LocalObjectReference
{
    public required string Name { get; init; }
}

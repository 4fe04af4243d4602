namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A kernel parameter of the pod's namespaces.</summary>
public sealed record Sysctl
{
    public required string Name { get; init; }

    public required string Value { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>An address of a node.</summary>
public sealed record NodeAddress
{
    /// <summary><c>InternalIP</c>, <c>ExternalIP</c>, <c>Hostname</c>, …</summary>
    public required string Type { get; init; }

    public required string Address { get; init; }
}

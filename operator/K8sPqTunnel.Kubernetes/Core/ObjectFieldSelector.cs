namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A field of the pod.</summary>
public sealed record ObjectFieldSelector
{
    /// <summary><c>metadata.name</c>, <c>spec.nodeName</c>, <c>status.podIP</c>, …</summary>
    public required string FieldPath { get; init; }
}

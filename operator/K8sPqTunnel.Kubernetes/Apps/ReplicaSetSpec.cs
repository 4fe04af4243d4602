using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Apps;

/// <summary>The pods wanted.</summary>
public sealed record ReplicaSetSpec
{
    public int? Replicas { get; init; }

    /// <summary>Immutable after creation.</summary>
    public required LabelSelector Selector { get; init; }

    public required PodTemplateSpec Template { get; init; }
}

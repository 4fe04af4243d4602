using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A machine of the cluster.</summary>
public sealed record Node : IKubernetesObject
{
    public string ApiVersion => "v1";

    public string Kind => "Node";

    public required ObjectMeta Metadata { get; init; }

    public NodeSpec? Spec { get; init; }

    public NodeStatus? Status { get; init; }
}

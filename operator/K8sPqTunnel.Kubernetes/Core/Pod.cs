using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Containers that run together on one node.</summary>
public sealed record Pod : IKubernetesObject
{
    public string ApiVersion => "v1";

    public string Kind => "Pod";

    public required ObjectMeta Metadata { get; init; }

    public PodSpec? Spec { get; init; }

    public PodStatus? Status { get; init; }
}

using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Leases;

/// <summary>Who leads, until when (coordination.k8s.io/v1).</summary>
public sealed record Lease : IKubernetesObject
{
    public string ApiVersion => "coordination.k8s.io/v1";

    public string Kind => "Lease";

    public required ObjectMeta Metadata { get; init; }

    public LeaseSpec? Spec { get; init; }
}

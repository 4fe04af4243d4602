using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>A PostQuantumPolicy as an object of the cluster.</summary>
internal sealed record PolicyResource : IKubernetesObject
{
    public string ApiVersion => IpsecTunnel.GroupVersion;

    public string Kind => PostQuantumPolicy.KindName;

    public required ObjectMeta Metadata { get; init; }

    public PostQuantumPolicySpec? Spec { get; init; }

    public PostQuantumPolicyStatus? Status { get; init; }
}

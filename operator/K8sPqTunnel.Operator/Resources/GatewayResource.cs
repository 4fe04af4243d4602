using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>An IpsecGateway as an object of the cluster.</summary>
internal sealed record GatewayResource : IKubernetesObject
{
    public string ApiVersion => IpsecTunnel.GroupVersion;

    public string Kind => IpsecGateway.KindName;

    public required ObjectMeta Metadata { get; init; }

    public IpsecGatewaySpec? Spec { get; init; }

    public IpsecGatewayStatus? Status { get; init; }
}

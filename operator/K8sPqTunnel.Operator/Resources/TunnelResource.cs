using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>An IpsecTunnel as an object of the cluster.</summary>
internal sealed record TunnelResource : IKubernetesObject
{
    public string ApiVersion => IpsecTunnel.GroupVersion;

    public string Kind => IpsecTunnel.KindName;

    public required ObjectMeta Metadata { get; init; }

    public IpsecTunnelSpec? Spec { get; init; }

    public IpsecTunnelStatus? Status { get; init; }

    /// <summary>The document that the rules check and the daemon reads: name, uid, generation and spec.</summary>
    public IpsecTunnel ToDocument() => new()
    {
        ApiVersion = ApiVersion,
        Kind = Kind,
        Metadata = new ObjectMetadata
        {
            Name = Metadata.Name,
            Namespace = Metadata.Namespace,
            Uid = Metadata.Uid,
            Generation = Metadata.Generation,
        },
        Spec = Spec,
    };
}

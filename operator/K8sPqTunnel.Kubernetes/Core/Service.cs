using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A stable name and address for pods.</summary>
public sealed record Service : IKubernetesObject
{
    public string ApiVersion => "v1";

    public string Kind => "Service";

    public required ObjectMeta Metadata { get; init; }

    public ServiceSpec? Spec { get; init; }
}

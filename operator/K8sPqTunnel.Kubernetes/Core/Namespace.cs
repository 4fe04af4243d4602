using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A namespace.</summary>
public sealed record Namespace : IKubernetesObject
{
    public string ApiVersion => "v1";

    public string Kind => "Namespace";

    public required ObjectMeta Metadata { get; init; }
}

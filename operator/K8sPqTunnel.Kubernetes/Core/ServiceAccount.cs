using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>The identity of pods.</summary>
public sealed record ServiceAccount : IKubernetesObject
{
    public string ApiVersion => "v1";

    public string Kind => "ServiceAccount";

    public required ObjectMeta Metadata { get; init; }

    public bool? AutomountServiceAccountToken { get; init; }
}

using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Apps;

/// <summary>Keeps a number of equal pods running.</summary>
public sealed record Deployment : IKubernetesObject
{
    public string ApiVersion => "apps/v1";

    public string Kind => "Deployment";

    public required ObjectMeta Metadata { get; init; }

    public DeploymentSpec? Spec { get; init; }

    public DeploymentStatus? Status { get; init; }
}

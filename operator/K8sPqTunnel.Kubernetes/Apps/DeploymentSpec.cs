using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Apps;

/// <summary>The pods wanted and how they are replaced.</summary>
public sealed record DeploymentSpec
{
    public int? Replicas { get; init; }

    /// <summary>Immutable after creation.</summary>
    public required LabelSelector Selector { get; init; }

    public required PodTemplateSpec Template { get; init; }

    public DeploymentStrategy? Strategy { get; init; }

    public int? MinReadySeconds { get; init; }

    public int? ProgressDeadlineSeconds { get; init; }

    public int? RevisionHistoryLimit { get; init; }
}

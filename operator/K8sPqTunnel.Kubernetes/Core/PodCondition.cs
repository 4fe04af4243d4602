using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>An observation about a pod; <c>Ready</c> and <c>PodScheduled</c> are the telling ones.</summary>
public sealed record PodCondition
{
    public required string Type { get; init; }

    public required ConditionStatus Status { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }
}

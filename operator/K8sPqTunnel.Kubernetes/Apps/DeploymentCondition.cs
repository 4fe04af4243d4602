using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Apps;

/// <summary><c>Available</c>, <c>Progressing</c> or <c>ReplicaFailure</c>.</summary>
public sealed record DeploymentCondition
{
    public required string Type { get; init; }

    public required ConditionStatus Status { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }
}

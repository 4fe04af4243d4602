using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>An observation about a node; <c>Ready</c> is the one that matters.</summary>
public sealed record NodeCondition
{
    public required string Type { get; init; }

    public required ConditionStatus Status { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What the kubelet says about a pod.</summary>
public sealed record PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Unknown</c>.</summary>
    public string? Phase { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public string? PodIP { get; init; }

    public string? HostIP { get; init; }

    public IReadOnlyList<PodCondition>? Conditions { get; init; }

    public IReadOnlyList<ContainerStatus>? InitContainerStatuses { get; init; }

    public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }
}

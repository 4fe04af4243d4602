namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What the kubelet says about one container.</summary>
public sealed record ContainerStatus
{
    public required string Name { get; init; }

    public bool Ready { get; init; }

    public int RestartCount { get; init; }

    public ContainerState? State { get; init; }

    public ContainerState? LastState { get; init; }
}

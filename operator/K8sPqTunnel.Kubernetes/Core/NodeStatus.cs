namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What the kubelet says about its node.</summary>
public sealed record NodeStatus
{
    public IReadOnlyList<NodeCondition>? Conditions { get; init; }

    public IReadOnlyList<NodeAddress>? Addresses { get; init; }
}

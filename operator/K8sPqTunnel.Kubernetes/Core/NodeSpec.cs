namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What the cluster decided about a node.</summary>
public sealed record NodeSpec
{
    public string? PodCIDR { get; init; }

    public IReadOnlyList<string>? PodCIDRs { get; init; }

    public string? ProviderID { get; init; }

    public bool? Unschedulable { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>Picks objects by their labels.</summary>
public sealed record LabelSelector
{
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What a container needs and may use, as quantities (<c>100m</c>, <c>128Mi</c>).</summary>
public sealed record ResourceRequirements
{
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}

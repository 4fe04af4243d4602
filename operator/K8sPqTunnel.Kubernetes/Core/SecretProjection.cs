namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Keys of a Secret in a projected volume.</summary>
public sealed record SecretProjection
{
    public required string Name { get; init; }

    public IReadOnlyList<KeyToPath>? Items { get; init; }

    public bool? Optional { get; init; }
}

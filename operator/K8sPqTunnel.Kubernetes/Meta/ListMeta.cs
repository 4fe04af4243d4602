namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>The metadata of a list answer.</summary>
internal sealed record ListMeta
{
    public string? ResourceVersion { get; init; }

    public string? Continue { get; init; }

    public long? RemainingItemCount { get; init; }
}

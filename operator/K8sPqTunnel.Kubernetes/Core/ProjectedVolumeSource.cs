namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Several sources in one folder.</summary>
public sealed record ProjectedVolumeSource
{
    public required IReadOnlyList<VolumeProjection> Sources { get; init; }

    /// <summary>File mode; 256 is 0400.</summary>
    public int? DefaultMode { get; init; }
}

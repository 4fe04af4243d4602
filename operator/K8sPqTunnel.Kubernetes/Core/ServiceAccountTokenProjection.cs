namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A token of the pod's service account for one audience; the kubelet renews it.</summary>
public sealed record ServiceAccountTokenProjection
{
    public string? Audience { get; init; }

    /// <summary>At least 600; 3,600 by default.</summary>
    public long? ExpirationSeconds { get; init; }

    public required string Path { get; init; }
}

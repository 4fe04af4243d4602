namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A folder that lives as long as the pod.</summary>
public sealed record EmptyDirVolumeSource
{
    /// <summary><c>Memory</c> for a tmpfs.</summary>
    public string? Medium { get; init; }

    public string? SizeLimit { get; init; }
}

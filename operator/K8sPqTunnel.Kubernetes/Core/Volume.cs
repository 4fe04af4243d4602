namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A volume of a pod; one of the sources is set.</summary>
public sealed record Volume
{
    public required string Name { get; init; }

    public EmptyDirVolumeSource? EmptyDir { get; init; }

    public SecretVolumeSource? Secret { get; init; }

    public ConfigMapVolumeSource? ConfigMap { get; init; }

    public HostPathVolumeSource? HostPath { get; init; }

    public ProjectedVolumeSource? Projected { get; init; }
}

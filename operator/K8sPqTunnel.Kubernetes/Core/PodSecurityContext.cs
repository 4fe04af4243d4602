namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What holds for every container of a pod.</summary>
public sealed record PodSecurityContext
{
    public bool? RunAsNonRoot { get; init; }

    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public long? FsGroup { get; init; }

    public IReadOnlyList<long>? SupplementalGroups { get; init; }

    public SeccompProfile? SeccompProfile { get; init; }

    public IReadOnlyList<Sysctl>? Sysctls { get; init; }
}

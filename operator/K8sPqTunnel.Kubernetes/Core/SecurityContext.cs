namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What a container may do.</summary>
public sealed record SecurityContext
{
    public bool? Privileged { get; init; }

    public bool? AllowPrivilegeEscalation { get; init; }

    public bool? ReadOnlyRootFilesystem { get; init; }

    public bool? RunAsNonRoot { get; init; }

    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public Capabilities? Capabilities { get; init; }

    public SeccompProfile? SeccompProfile { get; init; }
}

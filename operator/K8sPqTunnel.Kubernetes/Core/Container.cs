namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>One container of a pod.</summary>
public sealed record Container
{
    public required string Name { get; init; }

    public required string Image { get; init; }

    public string? ImagePullPolicy { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public string? WorkingDir { get; init; }

    public IReadOnlyList<EnvVar>? Env { get; init; }

    public IReadOnlyList<ContainerPort>? Ports { get; init; }

    public ResourceRequirements? Resources { get; init; }

    public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }

    public Probe? StartupProbe { get; init; }

    public Probe? ReadinessProbe { get; init; }

    public Probe? LivenessProbe { get; init; }

    public Lifecycle? Lifecycle { get; init; }

    public SecurityContext? SecurityContext { get; init; }

    /// <summary><c>Always</c> makes an init container a native sidecar (Kubernetes 1.29).</summary>
    public string? RestartPolicy { get; init; }

    public string? TerminationMessagePolicy { get; init; }
}

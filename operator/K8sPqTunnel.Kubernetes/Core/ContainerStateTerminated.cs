namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>How a container ended.</summary>
public sealed record ContainerStateTerminated
{
    public int ExitCode { get; init; }

    /// <summary><c>Error</c>, <c>OOMKilled</c>, <c>Completed</c>, …</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }
}

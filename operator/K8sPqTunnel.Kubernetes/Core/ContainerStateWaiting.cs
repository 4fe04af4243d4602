namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Why a container does not run yet.</summary>
public sealed record ContainerStateWaiting
{
    /// <summary><c>ImagePullBackOff</c>, <c>CrashLoopBackOff</c>, …</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }
}

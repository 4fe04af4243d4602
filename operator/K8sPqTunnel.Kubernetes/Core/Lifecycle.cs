namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What runs around a container's life.</summary>
public sealed record Lifecycle
{
    public LifecycleHandler? PostStart { get; init; }

    /// <summary>Runs before the container gets SIGTERM.</summary>
    public LifecycleHandler? PreStop { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Apps;

/// <summary>How old pods give way to new ones.</summary>
public sealed record DeploymentStrategy
{
    /// <summary><c>RollingUpdate</c> or <c>Recreate</c>.</summary>
    public required string Type { get; init; }

    public RollingUpdateDeployment? RollingUpdate { get; init; }
}

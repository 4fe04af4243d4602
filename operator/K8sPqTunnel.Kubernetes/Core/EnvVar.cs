namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>An environment variable of a container.</summary>
public sealed record EnvVar
{
    public required string Name { get; init; }

    public string? Value { get; init; }

    public EnvVarSource? ValueFrom { get; init; }
}

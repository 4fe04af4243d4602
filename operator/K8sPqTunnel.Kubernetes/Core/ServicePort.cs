using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A port of a service.</summary>
public sealed record ServicePort
{
    public string? Name { get; init; }

    public required int Port { get; init; }

    /// <summary>A number or the name of a container port.</summary>
    public IntOrString? TargetPort { get; init; }

    public string? Protocol { get; init; }
}

using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Asks by opening a TCP connection.</summary>
public sealed record TcpSocketAction
{
    /// <summary>A number or the name of a container port.</summary>
    public required IntOrString Port { get; init; }

    public string? Host { get; init; }
}

using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Asks by HTTP GET; 200 to 399 is good.</summary>
public sealed record HttpGetAction
{
    public string? Path { get; init; }

    /// <summary>A number or the name of a container port.</summary>
    public required IntOrString Port { get; init; }

    public string? Host { get; init; }

    public string? Scheme { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Linux capabilities by name without CAP_, <c>NET_ADMIN</c>.</summary>
public sealed record Capabilities
{
    public IReadOnlyList<string>? Add { get; init; }

    public IReadOnlyList<string>? Drop { get; init; }
}

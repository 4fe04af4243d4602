namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Lets a pod onto a tainted node.</summary>
public sealed record Toleration
{
    public string? Key { get; init; }

    public string? Operator { get; init; }

    public string? Value { get; init; }

    public string? Effect { get; init; }

    public long? TolerationSeconds { get; init; }
}

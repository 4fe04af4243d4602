namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>The system calls a container may make.</summary>
public sealed record SeccompProfile
{
    /// <summary><c>RuntimeDefault</c>, <c>Localhost</c> or <c>Unconfined</c>.</summary>
    public required string Type { get; init; }

    public string? LocalhostProfile { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Runs a command in the container; exit status 0 is good.</summary>
public sealed record ExecAction
{
    public required IReadOnlyList<string> Command { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>What must still be true of an object for it to be deleted.</summary>
public sealed record Preconditions
{
    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }
}

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What a service selects and offers.</summary>
public sealed record ServiceSpec
{
    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    public IReadOnlyList<ServicePort>? Ports { get; init; }

    /// <summary><c>None</c> makes the service headless.</summary>
    public string? ClusterIP { get; init; }

    public string? Type { get; init; }

    public bool? PublishNotReadyAddresses { get; init; }
}

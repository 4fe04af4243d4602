namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>Which object was refused, why in parts, and when to ask again.</summary>
public sealed record ApiStatusDetails
{
    public string? Name { get; init; }

    public string? Kind { get; init; }

    public IReadOnlyList<ApiStatusCause>? Causes { get; init; }

    public int? RetryAfterSeconds { get; init; }
}

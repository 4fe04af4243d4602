namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>What the API server answers when it refuses (meta/v1 Status).</summary>
public sealed record ApiStatus
{
    /// <summary>The sentence of the API server.</summary>
    public string? Message { get; init; }

    /// <summary>One word; see <see cref="StatusReasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The HTTP status.</summary>
    public int? Code { get; init; }

    public ApiStatusDetails? Details { get; init; }
}

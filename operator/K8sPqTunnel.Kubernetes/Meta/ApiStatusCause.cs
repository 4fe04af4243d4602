namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>One of the reasons why an object was refused.</summary>
public sealed record ApiStatusCause
{
    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>The path of the field, <c>spec.traffic.remote[1]</c>.</summary>
    public string? Field { get; init; }
}

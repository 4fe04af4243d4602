using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Admission;

/// <summary>The answer.</summary>
internal sealed record AdmissionResponse
{
    /// <summary>That of the request.</summary>
    public required string Uid { get; init; }

    public required bool Allowed { get; init; }

    /// <summary>Why not; null where it is allowed.</summary>
    public ApiStatus? Status { get; init; }
}

using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Secret bytes by key.</summary>
public sealed record Secret : IKubernetesObject
{
    public string ApiVersion => "v1";

    public string Kind => "Secret";

    public required ObjectMeta Metadata { get; init; }

    /// <summary><c>Opaque</c>, <c>kubernetes.io/tls</c>, …; the API server fills in Opaque.</summary>
    public string? Type { get; init; }

    /// <summary>Base64 in JSON. Never log.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }

    public bool? Immutable { get; init; }
}

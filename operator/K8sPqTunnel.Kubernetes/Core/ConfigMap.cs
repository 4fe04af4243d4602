using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Configuration by key.</summary>
public sealed record ConfigMap : IKubernetesObject
{
    public string ApiVersion => "v1";

    public string Kind => "ConfigMap";

    public required ObjectMeta Metadata { get; init; }

    public IReadOnlyDictionary<string, string>? Data { get; init; }

    public IReadOnlyDictionary<string, byte[]>? BinaryData { get; init; }

    public bool? Immutable { get; init; }
}

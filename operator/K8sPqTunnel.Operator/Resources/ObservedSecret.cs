using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>A Secret as the operator keeps it: which keys it has and whether their values can be used, never the values.</summary>
internal sealed record ObservedSecret : IKubernetesObject
{
    public string ApiVersion => "v1";

    public string Kind => "Secret";

    public required ObjectMeta Metadata { get; init; }

    public IReadOnlyDictionary<string, SecretValue>? Data { get; init; }
}

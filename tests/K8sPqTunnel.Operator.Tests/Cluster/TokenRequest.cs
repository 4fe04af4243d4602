using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Tests.Cluster;

/// <summary>Asks the API server for a service account's token (authentication.k8s.io/v1).</summary>
internal sealed record TokenRequest : IKubernetesObject
{
    public string ApiVersion => "authentication.k8s.io/v1";

    public string Kind => "TokenRequest";

    public required ObjectMeta Metadata { get; init; }

    public TokenRequestSpec? Spec { get; init; }

    public TokenRequestStatus? Status { get; init; }
}

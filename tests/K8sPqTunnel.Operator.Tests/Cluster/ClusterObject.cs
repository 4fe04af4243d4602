using System.Text.Json;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Tests.Cluster;

/// <summary>A CustomResourceDefinition as the tests need it.</summary>
internal sealed record ClusterObject : IKubernetesObject
{
    public string ApiVersion => "apiextensions.k8s.io/v1";

    public string Kind => "CustomResourceDefinition";

    public required ObjectMeta Metadata { get; init; }

    public JsonElement? Spec { get; init; }

    public JsonElement? Status { get; init; }
}

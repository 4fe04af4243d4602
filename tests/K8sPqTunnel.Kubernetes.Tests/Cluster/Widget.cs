using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

/// <summary>A custom resource as an operator declares it: its type, and <see cref="WidgetJson"/> for its JSON.</summary>
internal sealed record Widget : IKubernetesObject
{
    public string ApiVersion => "test.pqtunnel.io/v1";

    public string Kind => "Widget";

    public required ObjectMeta Metadata { get; init; }

    public WidgetSpec? Spec { get; init; }

    public WidgetStatus? Status { get; init; }
}

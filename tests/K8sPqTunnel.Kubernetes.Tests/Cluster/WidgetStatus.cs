using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

internal sealed record WidgetStatus
{
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

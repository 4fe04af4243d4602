namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

internal sealed record WidgetSpec
{
    public string? Colour { get; init; }

    public int? Size { get; init; }
}

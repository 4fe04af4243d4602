using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The metadata of any object: what a bookmark carries, and what names an object that can't be read.</summary>
internal sealed record PartialObject
{
    public ObjectMeta? Metadata { get; init; }
}

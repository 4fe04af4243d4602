using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>What a gateway's pods mount, and as whom they run.</summary>
internal sealed record GatewayFiles(ConfigMap ConfigMap, ServiceAccount ServiceAccount)
{
    /// <param name="shape">Its owner was read from the API; it has a UID.</param>
    /// <param name="tunnels">What runs on it.</param>
    /// <param name="authorityPem">The certificates that the operator's own may come from.</param>
    public static GatewayFiles For(GatewayShape shape, IEnumerable<PlannedTunnel> tunnels, string authorityPem)
    {
        ObjectMeta metadata = MetadataOf(shape);
        var data = new SortedDictionary<string, string>(StringComparer.Ordinal) { [GatewayPaths.AuthorityFile] = authorityPem };
        foreach (PlannedTunnel tunnel in tunnels)
            data[GatewayPaths.FileOf(tunnel.Name)] = tunnel.Document;
        return new GatewayFiles(
            new ConfigMap { Metadata = metadata, Data = data },
            new ServiceAccount { Metadata = metadata, AutomountServiceAccountToken = false });
    }

    /// <summary>The metadata of everything that is made for a gateway.</summary>
    public static ObjectMeta MetadataOf(GatewayShape shape) => new()
    {
        Name = shape.Key.Name,
        Namespace = shape.Key.Namespace,
        Labels = GatewayNames.LabelsOf(shape.Key.Name),
        OwnerReferences = [OwnerReference.To(shape.Owner)],
    };
}

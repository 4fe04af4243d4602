using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>What a tunnel's gateway and clean-up pods mount, and as whom they run.</summary>
internal sealed record GatewayFiles(ConfigMap ConfigMap, ServiceAccount ServiceAccount)
{
    /// <param name="tunnel">The tunnel as last read; it has a UID.</param>
    /// <param name="authorityPem">The certificates that the operator's own may come from.</param>
    public static GatewayFiles For(TunnelResource tunnel, string authorityPem)
    {
        string name = tunnel.Metadata.Name!;
        var metadata = new ObjectMeta
        {
            Name = GatewayNames.Of(name),
            Namespace = tunnel.Metadata.Namespace,
            Labels = GatewayNames.Labels(name),
            OwnerReferences = [OwnerReference.To(tunnel)],
        };
        return new GatewayFiles(
            new ConfigMap
            {
                Metadata = metadata,
                Data = new Dictionary<string, string>
                {
                    [GatewayPaths.TunnelFile] = TunnelFile.Of(tunnel),
                    [GatewayPaths.AuthorityFile] = authorityPem,
                },
            },
            new ServiceAccount { Metadata = metadata, AutomountServiceAccountToken = false });
    }
}

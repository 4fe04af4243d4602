using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>All that the operator makes for one tunnel; the tunnel owns each, so they go with it.</summary>
internal sealed record GatewayObjects(GatewayFiles Files, Deployment Deployment)
{
    /// <param name="tunnel">The tunnel as last read; it has a UID.</param>
    /// <param name="settings">The tunnel's settings.</param>
    /// <param name="secretDigest">Changes when a pre-shared key does, and then restarts the pod.</param>
    /// <param name="authorityPem">The certificates that the operator's own may come from.</param>
    /// <param name="options">What all gateways share.</param>
    public static GatewayObjects For(
        TunnelResource tunnel, TunnelSettings settings, string secretDigest, string authorityPem, GatewayOptions options)
    {
        var files = GatewayFiles.For(tunnel, authorityPem);
        string documentDigest = Fingerprint.Of(files.ConfigMap.Data![GatewayPaths.TunnelFile]);
        return new GatewayObjects(files, GatewayDeployment.For(files.ConfigMap.Metadata, settings, documentDigest, secretDigest, options));
    }
}

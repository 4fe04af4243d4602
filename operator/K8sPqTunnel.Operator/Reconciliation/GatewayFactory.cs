using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Operator.Certificates;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Renders gateways with what is the same for all of them.</summary>
internal sealed class GatewayFactory(OperatorIdentity identity, GatewayOptions options)
{
    /// <param name="tunnel">The tunnel as last read.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="secret">Its Secret, which has the key.</param>
    /// <param name="ppk">The Secret of its postquantum preshared key; null without one.</param>
    public GatewayObjects For(TunnelResource tunnel, TunnelSettings settings, SecretSight secret, SecretSight? ppk) =>
        GatewayObjects.For(tunnel, settings, secret.Value!.Digest + ppk?.Value?.Digest, identity.TrustedPem, options);

    /// <summary>What the tunnel's pods mount.</summary>
    public GatewayFiles FilesFor(TunnelResource tunnel) => GatewayFiles.For(tunnel, identity.TrustedPem);

    /// <summary>The pod that cleans a node.</summary>
    public Pod CleanUpFor(TunnelResource tunnel, string node) => CleanUpPod.For(tunnel, node, options);
}

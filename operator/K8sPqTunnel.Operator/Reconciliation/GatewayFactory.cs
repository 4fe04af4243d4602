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
    /// <param name="secrets">The values of its Secrets, each of which is there.</param>
    public GatewayObjects For(TunnelResource tunnel, TunnelSettings settings, IReadOnlyList<SecretSight> secrets) =>
        GatewayObjects.For(tunnel, settings, string.Concat(secrets.Select(secret => secret.Value!.Digest)), identity.TrustedPem, options);

    /// <summary>What the tunnel's pods mount.</summary>
    public GatewayFiles FilesFor(TunnelResource tunnel) => GatewayFiles.For(tunnel, identity.TrustedPem);

    /// <summary>The pod that cleans a node.</summary>
    public Pod CleanUpFor(TunnelResource tunnel, string node) => CleanUpPod.For(tunnel, node, options);
}

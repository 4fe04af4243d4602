using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Operator.Certificates;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Renders gateways with what is the same for all of them.</summary>
internal sealed class GatewayFactory(OperatorIdentity identity, GatewayOptions options)
{
    /// <param name="shape">Its owner was read from the API.</param>
    /// <param name="tunnels">What runs on it.</param>
    public GatewayFiles FilesFor(GatewayShape shape, IReadOnlyList<PlannedTunnel> tunnels) => GatewayFiles.For(shape, tunnels, identity.TrustedPem);

    public ReplicaSet ReplicaSetFor(GatewayShape shape, IReadOnlyList<PlannedTunnel> tunnels) => GatewayReplicaSet.For(shape, tunnels, options);

    /// <summary>What the pods that clean up after a tunnel mount: its own, also where another gateway has carried it.</summary>
    public GatewayFiles FilesFor(TunnelResource tunnel) =>
        FilesFor(GatewayShape.Of(tunnel), [new PlannedTunnel(tunnel.Metadata.Name!, TunnelFile.Of(tunnel), [])]);

    /// <summary>The pod that cleans a node.</summary>
    public Pod CleanUpFor(TunnelResource tunnel, string node) => CleanUpPod.For(tunnel, node, options);
}

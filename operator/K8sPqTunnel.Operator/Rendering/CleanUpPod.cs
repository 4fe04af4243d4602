using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>The short-lived pod that removes from one node what a tunnel's daemon has left there: the block on clear traffic survives it.</summary>
internal static class CleanUpPod
{
    private const int DeadlineSeconds = 300;

    /// <param name="tunnel">The tunnel as last read; it has a UID.</param>
    /// <param name="node">The node to clean.</param>
    /// <param name="options">What all gateways share.</param>
    public static Pod For(TunnelResource tunnel, string node, GatewayOptions options)
    {
        string name = tunnel.Metadata.Name!;
        return new Pod
        {
            Metadata = new ObjectMeta
            {
                Name = GatewayNames.CleanUpOf(name, node),
                Namespace = tunnel.Metadata.Namespace,
                Labels = GatewayNames.CleanUpLabels(name),
                Annotations = new Dictionary<string, string> { [GatewayNames.TunnelAnnotation] = name },
                OwnerReferences = [OwnerReference.To(tunnel)],
            },
            Spec = new PodSpec
            {
                // This node and no other, whatever its taints: it may be the one that the gateway had to leave. No resources are asked for,
                // so that a full node takes it too.
                NodeName = node,
                Tolerations = [new Toleration { Operator = "Exists" }],
                RestartPolicy = "OnFailure",
                ActiveDeadlineSeconds = DeadlineSeconds,
                ServiceAccountName = GatewayNames.Of(name),
                AutomountServiceAccountToken = false,
                EnableServiceLinks = false,
                HostNetwork = true,
                SecurityContext = new PodSecurityContext { SeccompProfile = new SeccompProfile { Type = "RuntimeDefault" } },
                Containers = [GatewayContainer.CleanUp(options)],
                Volumes = GatewayVolumes.CleanUpFor(GatewayNames.Of(name)),
            },
        };
    }
}

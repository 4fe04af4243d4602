using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>The Deployment of a tunnel's gateway pod, which lives in the network of its node.</summary>
internal static class GatewayDeployment
{
    private const string LinuxNodes = "kubernetes.io/os";

    public static Deployment For(ObjectMeta metadata, TunnelSettings settings, string documentDigest, string secretDigest, GatewayOptions options) => new()
    {
        Metadata = metadata,
        Spec = new DeploymentSpec
        {
            Replicas = 1,
            RevisionHistoryLimit = 2,
            // Two daemons with the same identity would take the tunnel from each other: the old one ends before the new one starts.
            Strategy = new DeploymentStrategy { Type = "Recreate" },
            Selector = new LabelSelector { MatchLabels = metadata.Labels },
            Template = new PodTemplateSpec
            {
                Metadata = new ObjectMeta
                {
                    Labels = metadata.Labels,
                    Annotations = new Dictionary<string, string>
                    {
                        [GatewayNames.TunnelAnnotation] = settings.Name,
                        // What the daemon reads once at its start: a change restarts it.
                        ["pqtunnel.io/document-digest"] = documentDigest,
                        ["pqtunnel.io/secret-digest"] = secretDigest,
                    },
                },
                Spec = Pod(metadata, settings, options),
            },
        },
    };

    private static PodSpec Pod(ObjectMeta metadata, TunnelSettings settings, GatewayOptions options) => new()
    {
        ServiceAccountName = metadata.Name,
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        HostNetwork = true,
        DnsPolicy = "ClusterFirstWithHostNet",
        NodeSelector = Selector(settings),
        TerminationGracePeriodSeconds = 15,
        SecurityContext = new PodSecurityContext { SeccompProfile = new SeccompProfile { Type = "RuntimeDefault" } },
        Containers = [GatewayContainer.For(options)],
        Volumes = GatewayVolumes.For(metadata.Name!, settings.Authentication.Secrets),
    };

    private static Dictionary<string, string> Selector(TunnelSettings settings) =>
        settings.NodeSelector.ContainsKey(LinuxNodes)
            ? new Dictionary<string, string>(settings.NodeSelector)
            : new Dictionary<string, string>(settings.NodeSelector) { [LinuxNodes] = "linux" };
}

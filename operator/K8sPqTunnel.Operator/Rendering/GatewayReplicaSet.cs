using System.Text.Json;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>The ReplicaSet of a gateway's pod, which lives in the network of its node.</summary>
/// <remarks>
/// Not a Deployment: that would replace the pod, and interrupt all its tunnels, whenever one of them is added with its Secret. A pod that runs
/// is given its tunnels by the operator; the template is what its successor starts from, also where no operator is there.
/// </remarks>
internal static class GatewayReplicaSet
{
    private const string LinuxNodes = "kubernetes.io/os";

    /// <param name="shape">Its owner was read from the API; it has a UID.</param>
    /// <param name="tunnels">What runs on it.</param>
    /// <param name="options">What all gateways share.</param>
    public static ReplicaSet For(GatewayShape shape, IReadOnlyList<PlannedTunnel> tunnels, GatewayOptions options)
    {
        ObjectMeta metadata = GatewayFiles.MetadataOf(shape);
        IReadOnlyList<SecretReference> secrets = [.. tunnels.SelectMany(tunnel => tunnel.Secrets).Distinct().OrderBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.Key, StringComparer.Ordinal)];
        // What a pod may is settled when it is made, and a tunnel that joins a shared gateway must not cost the others their pod.
        PodSpec pod = Pod(shape, options, rawSockets: shape.IsShared || tunnels.Any(tunnel => tunnel.NeedsRawSockets));
        return new ReplicaSet
        {
            Metadata = metadata,
            Spec = new ReplicaSetSpec
            {
                Replicas = 1,
                Selector = new LabelSelector { MatchLabels = metadata.Labels },
                Template = new PodTemplateSpec
                {
                    Metadata = new ObjectMeta
                    {
                        Labels = metadata.Labels,
                        // Of what only a new pod can have; not of its volumes, since the operator sends what they hold.
                        Annotations = new Dictionary<string, string> { [GatewayNames.PodDigestAnnotation] = DigestOf(pod) },
                    },
                    Spec = pod with { Volumes = GatewayVolumes.For(shape.Key.Name, secrets) },
                },
            },
        };
    }

    private static PodSpec Pod(GatewayShape shape, GatewayOptions options, bool rawSockets) => new()
    {
        ServiceAccountName = shape.Key.Name,
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        HostNetwork = true,
        DnsPolicy = "ClusterFirstWithHostNet",
        NodeSelector = Selector(shape.NodeSelector),
        Tolerations = shape.Tolerations,
        PriorityClassName = shape.PriorityClassName,
        TerminationGracePeriodSeconds = 15,
        SecurityContext = new PodSecurityContext { SeccompProfile = new SeccompProfile { Type = "RuntimeDefault" } },
        Containers = [GatewayContainer.For(shape, options, rawSockets)],
    };

    private static string DigestOf(PodSpec pod) =>
        Fingerprint.Of(JsonSerializer.SerializeToUtf8Bytes(new Pod { Metadata = new ObjectMeta(), Spec = pod }, Kinds.Pod.Json));

    private static Dictionary<string, string> Selector(IReadOnlyDictionary<string, string> wanted) =>
        wanted.ContainsKey(LinuxNodes)
            ? new Dictionary<string, string>(wanted)
            : new Dictionary<string, string>(wanted) { [LinuxNodes] = "linux" };
}

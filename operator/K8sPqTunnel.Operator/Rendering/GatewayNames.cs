using System.Security.Cryptography;
using System.Text;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>Names and labels of what the operator makes for a tunnel.</summary>
internal static class GatewayNames
{
    public const string ManagedByLabel = "app.kubernetes.io/managed-by";
    public const string ManagedBy = "pqtunnel-operator";
    public const string NameLabel = "app.kubernetes.io/name";
    public const string Name = "pqtunnel-gateway";
    public const string InstanceLabel = "app.kubernetes.io/instance";

    /// <summary>The name label of the pods that clean a node after a tunnel's deletion; a Deployment must not count them among its own.</summary>
    public const string CleanUp = "pqtunnel-cleanup";

    /// <summary>The name of the port with /metrics, by which a PodMonitor selects it.</summary>
    public const string MetricsPort = "metrics";

    /// <summary>On a gateway pod: what of it only a new pod can have otherwise.</summary>
    public const string PodDigestAnnotation = "pqtunnel.io/pod-digest";

    /// <summary>On a clean-up pod: its tunnel. An annotation, because a tunnel's name may be too long for a label.</summary>
    public const string TunnelAnnotation = "pqtunnel.io/tunnel";

    /// <summary>What the informers of the operator's own objects ask for.</summary>
    public const string Selector = ManagedByLabel + "=" + ManagedBy;

    private const string Prefix = "pqtunnel-";
    private const string SharedPrefix = "pqgateway-";
    private const int MaxName = 52;                                        // a pod's name adds up to 11 characters, and ends within 63
    private const int HashDigits = 8;

    /// <summary>The name of the objects of a tunnel's own gateway; a long name is cut and gets a hash.</summary>
    public static string Of(string tunnel) => Cut(Prefix, tunnel);

    /// <summary>Whether a gateway is an IpsecGateway's, and no tunnel's own.</summary>
    /// <param name="gateway">The key of its objects.</param>
    public static bool IsShared(NamespacedName gateway) => gateway.Name.StartsWith(SharedPrefix, StringComparison.Ordinal);

    /// <summary>Namespace and object name of an IpsecGateway's objects.</summary>
    public static NamespacedName KeyOf(NamespacedName gateway) => new(gateway.Namespace, Cut(SharedPrefix, gateway.Name));

    /// <summary>Namespace and object name of the gateway that carries a tunnel: where its status says that it runs, else the one that it is to have.</summary>
    /// <remarks>The spec alone would lose sight of a tunnel whose spec.gatewayRef was changed where the API server lets that pass.</remarks>
    public static NamespacedName KeyOf(TunnelResource tunnel) => tunnel.Status?.Gateway is { Length: > 0 } carrier
        ? new NamespacedName(tunnel.Metadata.Namespace, carrier)
        : WantedBy(tunnel);

    /// <summary>Namespace and object name of the gateway that a tunnel is to have: the one that it names, or its own.</summary>
    public static NamespacedName WantedBy(TunnelResource tunnel) => tunnel.Spec?.GatewayRef?.Name is { Length: > 0 } gateway
        ? KeyOf(new NamespacedName(tunnel.Metadata.Namespace, gateway))
        : new NamespacedName(tunnel.Metadata.Namespace, Of(tunnel.Metadata.Name!));

    /// <param name="gateway">The name of its objects.</param>
    public static IReadOnlyDictionary<string, string> LabelsOf(string gateway) => new Dictionary<string, string>
    {
        [NameLabel] = Name,
        [InstanceLabel] = gateway,
        [ManagedByLabel] = ManagedBy,
    };

    /// <summary>The name of the pod that cleans one node.</summary>
    public static string CleanUpOf(string tunnel, string node) => $"{Of(tunnel)}-clean-{Hash(node)}";

    public static IReadOnlyDictionary<string, string> CleanUpLabels(string tunnel) =>
        new Dictionary<string, string>(LabelsOf(Of(tunnel))) { [NameLabel] = CleanUp };

    public static bool IsCleanUp(ObjectMeta pod) => pod.Labels?.GetValueOrDefault(NameLabel) == CleanUp;

    /// <summary>The gateway that a pod is of; null for a pod of another kind.</summary>
    public static NamespacedName? GatewayOf(ObjectMeta pod) =>
        pod.Labels?.GetValueOrDefault(NameLabel) == Name && pod.Labels.GetValueOrDefault(InstanceLabel) is { } gateway
            ? new NamespacedName(pod.Namespace, gateway)
            : null;

    /// <summary>The tunnel of a clean-up pod; null for a pod of another kind.</summary>
    public static NamespacedName? TunnelOf(ObjectMeta pod) =>
        pod.Annotations?.GetValueOrDefault(TunnelAnnotation) is { } tunnel ? new NamespacedName(pod.Namespace, tunnel) : null;

    private static string Cut(string prefix, string owner)
    {
        string name = prefix + owner;
        if (name.Length <= MaxName)
            return name;
        return $"{name[..(MaxName - HashDigits - 1)].TrimEnd('-', '.')}-{Hash(owner)}";
    }

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
}

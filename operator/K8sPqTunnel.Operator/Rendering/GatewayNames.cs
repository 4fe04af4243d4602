using System.Security.Cryptography;
using System.Text;
using K8sPqTunnel.Kubernetes.Meta;

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

    /// <summary>On a gateway or clean-up pod: its tunnel. An annotation, because a tunnel's name may be too long for a label.</summary>
    public const string TunnelAnnotation = "pqtunnel.io/tunnel";

    /// <summary>What the informers of the operator's own objects ask for.</summary>
    public const string Selector = ManagedByLabel + "=" + ManagedBy;

    private const string Prefix = "pqtunnel-";
    private const int MaxName = 52;                                        // a pod's name adds up to 11 characters, and ends within 63
    private const int HashDigits = 8;

    /// <summary>The name of the Deployment, ServiceAccount and ConfigMap of a tunnel; a long name is cut and gets a hash.</summary>
    public static string Of(string tunnel)
    {
        string name = Prefix + tunnel;
        if (name.Length <= MaxName)
            return name;
        return $"{name[..(MaxName - HashDigits - 1)].TrimEnd('-', '.')}-{Hash(tunnel)}";
    }

    public static IReadOnlyDictionary<string, string> Labels(string tunnel) => new Dictionary<string, string>
    {
        [NameLabel] = Name,
        [InstanceLabel] = Of(tunnel),
        [ManagedByLabel] = ManagedBy,
    };

    /// <summary>The name of the pod that cleans one node.</summary>
    public static string CleanUpOf(string tunnel, string node) => $"{Of(tunnel)}-clean-{Hash(node)}";

    public static IReadOnlyDictionary<string, string> CleanUpLabels(string tunnel) =>
        new Dictionary<string, string>(Labels(tunnel)) { [NameLabel] = CleanUp };

    public static bool IsCleanUp(ObjectMeta pod) => pod.Labels?.GetValueOrDefault(NameLabel) == CleanUp;

    /// <summary>The tunnel of one of the operator's pods, or null for another's pod.</summary>
    public static NamespacedName? TunnelOf(ObjectMeta pod) =>
        pod.Annotations?.GetValueOrDefault(TunnelAnnotation) is { } tunnel ? new NamespacedName(pod.Namespace, tunnel) : null;

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
}

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

    /// <summary>On a gateway pod: the tunnel that it carries. An annotation, because a tunnel's name may be too long for a label.</summary>
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
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tunnel)))[..HashDigits];
        return $"{name[..(MaxName - HashDigits - 1)].TrimEnd('-', '.')}-{hash}";
    }

    public static IReadOnlyDictionary<string, string> Labels(string tunnel) => new Dictionary<string, string>
    {
        [NameLabel] = Name,
        [InstanceLabel] = Of(tunnel),
        [ManagedByLabel] = ManagedBy,
    };

    /// <summary>The tunnel that one of the operator's pods carries, or null for another's pod.</summary>
    public static NamespacedName? TunnelOf(ObjectMeta pod) =>
        pod.Annotations?.GetValueOrDefault(TunnelAnnotation) is { } tunnel ? new NamespacedName(pod.Namespace, tunnel) : null;
}

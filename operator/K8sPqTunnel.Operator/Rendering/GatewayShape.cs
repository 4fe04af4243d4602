using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>A gateway but for its tunnels: whose it is, and what its pod is like.</summary>
internal sealed record GatewayShape
{
    /// <summary>Its namespace, and the name of its objects.</summary>
    public required NamespacedName Key { get; init; }

    /// <summary>The IpsecGateway, or the tunnel whose own it is; the objects go with it.</summary>
    public required IKubernetesObject Owner { get; init; }

    /// <summary>Several tunnels may run here, whether or not any does now.</summary>
    public bool IsShared => Owner is GatewayResource;

    /// <summary>Null for the operator's default.</summary>
    public string? Image { get; init; }

    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<Toleration>? Tolerations { get; init; }

    public GatewayResources? Resources { get; init; }

    public string? PriorityClassName { get; init; }

    /// <summary>The port of the node on which its daemon serves /metrics; null for none.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>A tunnel's own gateway.</summary>
    public static GatewayShape Of(TunnelResource tunnel) => new()
    {
        Key = new NamespacedName(tunnel.Metadata.Namespace, GatewayNames.Of(tunnel.Metadata.Name!)),
        Owner = tunnel,
        NodeSelector = tunnel.Spec?.Gateway?.NodeSelector ?? new Dictionary<string, string>(),
        MetricsPort = tunnel.Spec?.Gateway?.MetricsPort,
    };

    public static GatewayShape Of(GatewayResource gateway) => new()
    {
        Key = GatewayNames.KeyOf(gateway.Metadata.Key),
        Owner = gateway,
        Image = gateway.Spec?.Image,
        NodeSelector = gateway.Spec?.NodeSelector ?? new Dictionary<string, string>(),
        Tolerations = gateway.Spec?.Tolerations?.Select(Toleration).ToArray(),
        Resources = gateway.Spec?.Resources,
        PriorityClassName = gateway.Spec?.PriorityClassName,
        MetricsPort = gateway.Spec?.MetricsPort,
    };

    private static Toleration Toleration(GatewayToleration toleration) => new()
    {
        Key = toleration.Key,
        Operator = toleration.Operator,
        Value = toleration.Value,
        Effect = toleration.Effect,
        TolerationSeconds = toleration.TolerationSeconds,
    };
}

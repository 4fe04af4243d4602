using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What the user writes of a gateway.</summary>
[Field("What the gateway should be.")]
[Rule(".metricsPort", "!has(self.metricsPort) || self.metricsPort != 4500", "spec.metricsPort is not 4500, where IKE and ESP come over TCP: write another, for example 9510.")]
public sealed record IpsecGatewaySpec
{
    [Field("Labels of the nodes that may carry the gateway's pod, which uses the node's own network (hostNetwork). Default: any Linux node.",
        MaxItems = 32)]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    [Field("How many nodes carry the gateway, one pod each. One, until several can hold the same tunnels.", Minimum = 1, Maximum = 1, Default = "1")]
    public int? Replicas { get; init; }

    [Field("The daemon's image. Default: the operator's DAEMON_IMAGE.", MinLength = 1, MaxLength = 512)]
    public string? Image { get; init; }

    [Field("CPU and memory of the pod.")]
    public GatewayResources? Resources { get; init; }

    [Field("Taints of nodes that the pod tolerates.", MaxItems = 32, ListType = "atomic")]
    public IReadOnlyList<GatewayToleration>? Tolerations { get; init; }

    [Field("The pod's PriorityClass. Default: the cluster's.", MinLength = 1, MaxLength = 253)]
    public string? PriorityClassName { get; init; }

    [Field("A TCP port of the node, open to its network, on which the gateway serves /metrics, without TLS or a password. Another for each gateway that the node may "
        + "carry; for example 9510. Default: none.", Minimum = 1024, Maximum = 65535)]
    public int? MetricsPort { get; init; }
}

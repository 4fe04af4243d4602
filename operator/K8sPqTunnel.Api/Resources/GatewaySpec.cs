using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Where the tunnel's gateway pod runs.")]
[Rule(".metricsPort", "!has(self.metricsPort) || self.metricsPort != 4500", "spec.gateway.metricsPort is not 4500, where IKE and ESP come over TCP: write another, for example 9510.")]
public sealed record GatewaySpec
{
    [Field("Labels of the nodes that may carry the gateway pod, which uses the node's own network (hostNetwork). Default: any Linux node.",
        MaxItems = 32)]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    [Field("A TCP port of the node, open to its network, on which the gateway serves /metrics, without TLS or a password. Another for each gateway that the node may "
        + "carry; for example 9510. Default: none.", Minimum = 1024, Maximum = 65535)]
    public int? MetricsPort { get; init; }
}

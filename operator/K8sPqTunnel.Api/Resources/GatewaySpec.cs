using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Where the tunnel's gateway pod runs.")]
public sealed record GatewaySpec
{
    [Field("Labels of the nodes that may carry the gateway pod, which uses the node's own network (hostNetwork). Default: any Linux node.",
        MaxItems = 32)]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }
}

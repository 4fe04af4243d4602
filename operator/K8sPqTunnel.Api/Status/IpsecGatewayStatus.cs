using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Status;

[Field("The gateway as it was last seen.")]
public sealed record IpsecGatewayStatus
{
    [Field("Ready, Reconciling and Stalled (kstatus).", ListType = "map", ListMapKey = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    [Field("The metadata.generation that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Field("How many tunnels name this gateway.")]
    public int? Tunnels { get; init; }

    [Field("Through how many of them packets pass.")]
    public int? ReadyTunnels { get; init; }

    [Field("The node that carries the gateway.")]
    public string? Node { get; init; }

    [Field("The pod that carries the gateway.")]
    public string? Pod { get; init; }

    [Field("The image of that pod.")]
    public string? Image { get; init; }

    [Field("The version of the daemon in it.")]
    public string? DaemonVersion { get; init; }
}

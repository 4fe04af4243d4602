using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Status;

[Field("How the tunnels comply.")]
public sealed record PostQuantumPolicyStatus
{
    [Field("Ready: every tunnel complies (kstatus).", ListType = "map", ListMapKey = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    [Field("The metadata.generation that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Field("How many tunnels there are in the namespaces that the policy selects.")]
    public int? Tunnels { get; init; }

    [Field("How many of them do less than it wants.")]
    public int? Violating { get; init; }

    [Field("The first of those, as NAMESPACE/NAME.", ListType = "atomic")]
    public IReadOnlyList<string>? Violators { get; init; }
}

using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Which packets the tunnel carries: those from a local network to a remote one, and back.")]
public sealed record TrafficSpec
{
    [Field("Policy: packets between the listed networks are encrypted, and never leave in clear.", Default = "\"Policy\"")]
    public TrafficMode? Mode { get; init; }

    [Field("Networks on this side in CIDR form, for example 10.244.0.0/16.", Required = true, MinItems = 1, MaxItems = 64, MinLength = 1,
        MaxLength = 43, ListType = "set")]
    public IReadOnlyList<string>? Local { get; init; }

    [Field("Networks on the peer's side in CIDR form, for example 10.20.0.0/16.", Required = true, MinItems = 1, MaxItems = 64, MinLength = 1,
        MaxLength = 43, ListType = "set")]
    public IReadOnlyList<string>? Remote { get; init; }

    [Field("Combined: one child SA carries all networks. PerPair: each pair of a local and a remote network has a child SA of its own, for a peer "
        + "that takes one pair for each only. Default: the profile's (Combined for Generic).")]
    public TrafficSelectors? Selectors { get; init; }
}

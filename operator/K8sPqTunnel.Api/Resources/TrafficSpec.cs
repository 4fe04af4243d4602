using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Which packets the tunnel carries: those from a local network to a remote one, and back, or those that are routed into its interface.")]
[Rule(".local", "self.mode == 'Route' || has(self.local)", "spec.traffic.local is required in mode Policy: list this side's networks, for example [10.244.0.0/16].")]
[Rule(".remote", "self.mode == 'Route' || has(self.remote)", "spec.traffic.remote is required in mode Policy: list the peer's networks, for example [10.20.0.0/16].")]
[Rule(".interface", "self.mode == 'Route' || !has(self.interface)", "spec.traffic.interface is for mode: Route.")]
[Rule(".routes", "self.mode == 'Route' || !has(self.routes)", "spec.traffic.routes is for mode: Route.")]
[Rule(".rules", "self.mode == 'Route' || !has(self.rules)", "spec.traffic.rules is for mode: Route.")]
[Rule(".mark", "self.mode != 'Route' || !has(self.mark)",
    "spec.traffic.mark is for mode: Policy; in mode Route write spec.traffic.rules[].mark, for example \"0x2a\".")]
public sealed record TrafficSpec
{
    /// <summary>A number, decimal or with 0x, and behind a slash maybe a mask.</summary>
    internal const string MarkPattern = "^(0x[0-9a-fA-F]{1,8}|[0-9]{1,10})(/(0x[0-9a-fA-F]{1,8}|[0-9]{1,10}))?$";

    [Field("Policy: packets between the listed networks are encrypted, and never leave in clear. Route: packets that are routed into the tunnel's "
        + "interface are, and what routes lists goes nowhere else; for peers that are route-based, as those of cloud providers.", Default = "\"Policy\"")]
    public TrafficMode? Mode { get; init; }

    [Field("Networks on this side in CIDR form, for example 10.244.0.0/16. Required in mode Policy. Default in mode Route: 0.0.0.0/0, and ::/0 where IPv6 "
        + "is routed.", MinItems = 1, MaxItems = 64, MinLength = 1,
        MaxLength = 43, ListType = "set")]
    public IReadOnlyList<string>? Local { get; init; }

    [Field("Networks on the peer's side in CIDR form, for example 10.20.0.0/16. Required in mode Policy; default in mode Route as for local.", MinItems = 1, MaxItems = 64, MinLength = 1,
        MaxLength = 43, ListType = "set")]
    public IReadOnlyList<string>? Remote { get; init; }

    [Field("Combined: one child SA carries all networks. PerPair: each pair of a local and a remote network has a child SA of its own, for a peer "
        + "that takes one pair for each only. Default: the profile's (Combined for Generic).")]
    public TrafficSelectors? Selectors { get; init; }

    [Field("Only packets with this firewall mark are the tunnel's, and what comes out of it has the mark: in mode Policy, for several tunnels between "
        + "the same networks. A number in quotes, and with a slash the bits of it that count, for example \"0x2a\" or \"0x100/0xff00\". Packets between the "
        + "networks without the mark are not blocked. Default: all packets.", Pattern = MarkPattern)]
    public string? Mark { get; init; }

    [Field("The tunnel's network interface, in mode Route.")]
    public InterfaceSpec? Interface { get; init; }

    [Field("Networks that are led into the tunnel's interface, in mode Route. None where a routing daemon puts the routes.", MaxItems = 256)]
    public IReadOnlyList<RouteSpec>? Routes { get; init; }

    [Field("For which packets the routes count that name no table. Default: all. The interface's own addresses need no rule.", MaxItems = 64)]
    public IReadOnlyList<RuleSpec>? Rules { get; init; }
}

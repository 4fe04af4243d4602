using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Which packets the tunnel carries: those from a local network to a remote one, and back, or those that are routed into its interface.")]
[Rule("self.mode == 'Route' || (has(self.local) && has(self.remote))", "spec.traffic.local and spec.traffic.remote are required in mode Policy.")]
[Rule("self.mode == 'Route' || !(has(self.interface) || has(self.routes) || has(self.rules))",
    "spec.traffic.interface, routes and rules are for mode: Route.")]
public sealed record TrafficSpec
{
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

    [Field("The tunnel's network interface, in mode Route.")]
    public InterfaceSpec? Interface { get; init; }

    [Field("Networks that are led into the tunnel's interface, in mode Route. None where a routing daemon puts the routes.", MaxItems = 256)]
    public IReadOnlyList<RouteSpec>? Routes { get; init; }

    [Field("For which packets the routes count that name no table. Default: all. The interface's own addresses need no rule.", MaxItems = 64)]
    public IReadOnlyList<RuleSpec>? Rules { get; init; }
}

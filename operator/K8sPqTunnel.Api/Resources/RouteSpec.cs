using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("A network that is led into the tunnel's interface, and nowhere else while that is gone.")]
[Rule(".table", "!has(self.table) || !(self.table in [253, 254, 255])",
    "spec.traffic.routes: the tables 253 to 255 are the host's own, by which IKE finds the peer: leave the table out, or write another.")]
public sealed record RouteSpec
{
    [Field("The network in CIDR form, for example 10.20.0.0/16. A default route (0.0.0.0/0, ::/0) gives way to what the host's main table has on narrower "
        + "networks.", Required = true, MinLength = 1, MaxLength = 43)]
    public string? To { get; init; }

    [Field("Of two routes to one network in one table the one with the lower metric is taken.", Default = "100", Minimum = 1, Maximum = int.MaxValue)]
    public int? Metric { get; init; }

    [Field("The routing table, 1 to 2147483647 without 253 to 255, for rules of your own or for several tunnels whose metrics decide. Default: the tunnel's "
        + "own, which spec.traffic.rules ask before the main table.", Minimum = 1, Maximum = int.MaxValue)]
    public int? Table { get; init; }
}

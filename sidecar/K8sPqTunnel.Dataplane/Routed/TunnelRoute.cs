using System.Net;

namespace K8sPqTunnel.Dataplane.Routed;

/// <summary>A network that is led into a tunnel's interface.</summary>
/// <param name="Metric">Of two routes to one network in one table the lower one is taken; below 2^31.</param>
/// <param name="Table">Routing table, which other software's rules ask; null for the tunnel's own, which the tunnel's rules ask.</param>
public sealed record TunnelRoute(IPNetwork To, uint Metric = TunnelRoute.UsualMetric, uint? Table = null)
{
    public const uint UsualMetric = 100;
}

using System.Net;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>A route.</summary>
/// <param name="Table">Routing table; 254 is main.</param>
/// <param name="Metric">Of two routes to one destination the lower one is taken.</param>
/// <param name="LinkIndex">Interface that it leads out of; 0 for a route that drops.</param>
/// <param name="Source">Source address of packets that this host originates without one.</param>
/// <param name="Protocol">rtm_protocol: who made it.</param>
internal sealed record RouteEntry(
    IPNetwork Destination, RouteKind Kind, uint Table, uint Metric, int LinkIndex, IPAddress? Source, byte Protocol);

using System.Net;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>A route.</summary>
/// <param name="Table">Routing table; 254 is main.</param>
/// <param name="Metric">Of two routes to one destination the lower one is taken.</param>
/// <param name="LinkIndex">Interface that it leads out of; 0 for a route that drops.</param>
/// <param name="Source">Source address of packets that this host originates without one.</param>
/// <param name="Protocol">rtm_protocol: who made it.</param>
/// <param name="Mtu">The largest packet in octets; 0 for what the interface takes. Of a route that was looked up: what the kernel has learnt of the path.</param>
/// <param name="AdvertisedMss">The largest TCP segment in octets that this host asks for; 0 for what fits the MTU.</param>
internal sealed record RouteEntry(
    IPNetwork Destination, RouteKind Kind, uint Table, uint Metric, int LinkIndex, IPAddress? Source, byte Protocol, int Mtu = 0, int AdvertisedMss = 0);

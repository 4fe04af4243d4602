using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Sizing;

/// <summary>What the way outside carries, as the kernel's routes have it.</summary>
internal static class OuterRoute
{
    /// <summary>
    /// The largest packet to the first of the peer's addresses to which there is a way: what the interface takes, or less, where a route
    /// or a router has said so (ICMP, which the kernel believes only about what a socket or an SA of ours has sent).
    /// </summary>
    /// <returns>Octets; null where there is no way now.</returns>
    public static int? FindMtu(NetlinkSocket socket, IReadOnlyList<IPAddress> peers)
    {
        foreach (IPAddress peer in peers)
        {
            var family = IpFamily.Of(peer);
            try
            {
                RouteEntry route = new Routes(socket, family).Lookup(peer, PeerPath.NatTraversalPort);
                int link = new Links(socket).Find(route.LinkIndex)?.Mtu ?? PathMtu.Ethernet;
                int least = family == IpFamily.V6 ? PathMtu.SmallestOfIpv6 : PathMtu.SmallestOfIpv4;
                return route.Mtu == 0 ? link : Math.Min(link, Math.Max(route.Mtu, least));
            }
            catch (NetlinkException)
            {
                // No route to this one: another may have one, and otherwise IKE will tell.
            }
        }
        return null;
    }
}

using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>
/// Leads a tunnel's packets past the kernel's policies, which only look at packets that have a route: out of the interface towards the
/// peer, with a source address of ours, and nowhere where there is none.
/// </summary>
/// <remarks>Under the host's gate.</remarks>
internal sealed class XfrmRoutes(TunnelNames names, XfrmHost host)
{
    private readonly (IpFamily Family, Steering Steering, AddressKeeper Keeper)[] _families =
    [
        .. (Socket.OSSupportsIPv6 ? IpFamily.Both : [IpFamily.V4])
            .Select(family => (family, new Steering(names, family, ports: false), new AddressKeeper(names, family))),
    ];

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Put(GuardedTraffic traffic, int? linkIndex, TunnelSize size)
    {
        foreach ((IpFamily family, Steering steering, AddressKeeper keeper) in _families)
        {
            GuardedTraffic part = traffic.Of(family);
            if (part.IsEmpty)
            {
                steering.Remove(host.Routing);
                keeper.Remove(host.Netfilter);
                continue;
            }
            keeper.Put(host.Netfilter, part, part.Answers.Count == 0 ? [] : AddressesOf(part));
            steering.Block(host.Routing, part);
            if (linkIndex is { } link)
                steering.Lead(host.Routing, part, link, size);
        }
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove()
    {
        foreach ((_, Steering steering, AddressKeeper keeper) in _families)
        {
            steering.Remove(host.Routing);
            keeper.Remove(host.Netfilter);
        }
    }

    /// <inheritdoc cref="AddressKeeper.Count"/>
    public (long Untranslated, long Unrouted, long Answered) Count()
    {
        (long untranslated, long unrouted, long answered) = (0, 0, 0);
        foreach ((_, _, AddressKeeper keeper) in _families)
        {
            (long kept, long ended, long replied) = keeper.Count(host.Netfilter);
            untranslated += kept;
            unrouted += ended;
            answered += replied;
        }
        return (untranslated, unrouted, answered);
    }

    /// <summary>Which way to the peer, and with which address of ours; null where there is none now.</summary>
    public XfrmOuterPath? Find(IReadOnlyList<IPAddress> peers)
    {
        foreach (IPAddress peer in peers)
        {
            try
            {
                RouteEntry route = new Routes(host.Routing, IpFamily.Of(peer)).Lookup(peer, PeerPath.NatTraversalPort);
                // While the rules that lead past the tunnel are not there yet, its own interface seems to be the way.
                if (route.Source is not null && !IsOwn(route.LinkIndex))
                    return new XfrmOuterPath(route.Source, peer, route.LinkIndex);
            }
            catch (NetlinkException)
            {
                // No route to this one: another may have one, and otherwise IKE will tell.
            }
        }
        return null;
    }

    /// <summary>This host's addresses in some networks.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public IReadOnlyList<IPAddress> OwnAddresses(IReadOnlyList<IPNetwork> networks) => networks.Count == 0
        ? []
        : [.. new Addresses(host.Routing).List().Select(own => own.Address).Where(own => networks.Any(network => network.Contains(own))).Distinct()];

    /// <summary>This host's, and those that the tunnel's interface is about to have.</summary>
    private IReadOnlyList<IPAddress> AddressesOf(GuardedTraffic traffic) =>
        [.. new Addresses(host.Routing).List().Select(own => own.Address), .. (traffic.Routed?.Addresses ?? []).Select(own => own.Address)];

    private bool IsOwn(int linkIndex) => new XfrmLinks(host.Routing).List().Any(link => link.Index == linkIndex && link.InterfaceId == names.Table);

    /// <summary>The interface that leads to a peer; null where there is none now.</summary>
    public LinkInfo? LinkTo(IPAddress peer) => Find([peer]) is { } way
        ? new Links(host.Routing).List().FirstOrDefault(link => link.Index == way.LinkIndex)
        : null;
}

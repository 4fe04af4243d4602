using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>The routing rules and routes of one family that lead the tunnel's traffic into its interface, and nowhere else when that is gone.</summary>
/// <remarks>
/// The rules ask only for the source, and for the mark where there is one; the table holds only the remote networks, and packets to others go on to the next rule. So
/// the numbers of networks add up instead of multiplying. No setting of the host is changed: reverse path filtering, strict too,
/// finds the same way back (but where our outer address, and the peer's on the same link, belong to the tunnel's networks: there
/// the kernel's check of ARP needs rp_filter 0 or 2), and net.ipv4.ip_forward or net.ipv6.conf.all.forwarding must be on for traffic of other hosts.
/// </remarks>
internal sealed class SteeringPlan(TunnelNames names, IpFamily family, GuardedTraffic traffic, IReadOnlyList<AddressInfo> addresses) : ISteeringPlan
{
    /// <summary>Before every CNI's rules that send a source address elsewhere (the lowest known stand at 512), behind the local table.</summary>
    public const uint PeerPriority = 200;
    public const uint PolicyPriority = PeerPriority + 1;

    /// <summary>Where the main table is asked.</summary>
    private const uint MainPriority = 32766;
    private const uint TunnelMetric = 100;
    private const uint UnreachableMetric = 1_000_000;
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const string OwnPackets = "lo";

    private readonly IPAddress? _source = Addresses.FirstIn(addresses, [.. traffic.Here]);

    public IEnumerable<RuleEntry> Rules()
    {
        // Our own IKE and ESP must not run into the tunnel that they make. By destination too, for a socket that is not bound yet
        // and asks which of our addresses faces the peer; the filter lets only the source ports out.
        foreach (RuleEntry past in PastTunnel(names, family, traffic.PeersInRemote, traffic.LocalPorts, traffic.Tcp, ports: true))
            yield return past;
        foreach (IPNetwork local in traffic.Here)
            yield return Lookup(local.PrefixLength == 0 ? null : local);
        // A socket without an address of its own asks for a route from 0.0.0.0, and gets the route's source with it. IPv6 has a flag for it.
        if (family == IpFamily.V4 && _source is not null && traffic.Here.All(local => local.PrefixLength > 0))
            yield return Lookup(family.Host(family.Any)) with { InputInterface = OwnPackets };
    }

    /// <summary>Routes that drop what finds no other: they stay when interface and daemon die.</summary>
    public IEnumerable<RouteEntry> BlockingRoutes() => traffic.Remote.Select(remote =>
        new RouteEntry(remote, RouteKind.Unreachable, names.Table, UnreachableMetric, 0, null, TunnelNames.Protocol));

    /// <summary>Routes into the interface; the kernel removes them with it. They tell hosts behind us, and our own sockets, what fits.</summary>
    public IEnumerable<RouteEntry> TunnelRoutes(int linkIndex, TunnelSize size) => traffic.Remote.Select(remote =>
        new RouteEntry(remote, RouteKind.Unicast, names.Table, TunnelMetric, linkIndex, _source, TunnelNames.Protocol,
            size.MtuOf(family), size.MssOf(family) ?? 0));

    /// <summary>Rules that send our own packets to the peers past the tunnel's tables.</summary>
    /// <param name="ports">Only those of IKE and ESP; otherwise all of this host's own.</param>
    public static IEnumerable<RuleEntry> PastTunnel(
        TunnelNames names, IpFamily family, IEnumerable<IPAddress> peers, IReadOnlyList<ushort> localPorts, bool tcp, bool ports)
    {
        foreach (IPAddress peer in peers)
        {
            var past = new RuleEntry(PeerPriority, RuleAction.Goto, names.Table, TunnelNames.Protocol, To: family.Host(peer),
                InputInterface: OwnPackets, Target: MainPriority);
            if (!ports)
            {
                yield return past;
                continue;
            }
            foreach (ushort port in localPorts)
            {
                yield return past with { IpProtocol = Udp, SourcePort = port };
                yield return past with { IpProtocol = Udp, DestinationPort = port };
            }

            yield return past with { IpProtocol = EspFormat.Protocol };
            if (!tcp)
                continue;
            yield return past with { IpProtocol = Tcp, SourcePort = PeerPath.NatTraversalPort };
            yield return past with { IpProtocol = Tcp, DestinationPort = PeerPath.NatTraversalPort };
        }
    }

    private RuleEntry Lookup(IPNetwork? from) =>
        new(PolicyPriority, RuleAction.Lookup, names.Table, TunnelNames.Protocol, From: from, FindsSource: family == IpFamily.V6 && from is not null,
            Mark: traffic.Mark);
}

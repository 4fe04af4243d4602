using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Dataplane.Netlink.Routing;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>One family's part of a <see cref="TunnelGuard"/>.</summary>
internal sealed class FamilyGuard(TunnelNames names, IpFamily family)
{
    private const int NotSupported = 95;

    /// <summary>What of the traffic is this family's.</summary>
    public GuardedTraffic PartOf(GuardedTraffic traffic) => traffic.Of(family);

    /// <summary>Does it stand already, put up by whichever process?</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public bool Stands()
    {
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        return new NftTables(netfilter, family).List().Any(table => table.Name == names.NftTable);
    }

    /// <summary>Blocks the traffic: first in nftables, then by routes without a way out, then by rules that lead to these.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Block(GuardedTraffic traffic)
    {
        PutFilter(new ClearTextFilter(names, family, traffic));
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        SteeringPlan plan = Plan(socket, traffic);
        var routes = new Routes(socket, family);
        foreach (RouteEntry route in plan.BlockingRoutes())
            routes.Put(route);
        PutRules(socket, [.. plan.Rules()]);
        RemoveStaleRoutes(routes, plan, traffic);
    }

    /// <summary>Leads the blocked traffic into the interface, which is up.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Steer(GuardedTraffic traffic, int linkIndex)
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        var routes = new Routes(socket, family);
        foreach (RouteEntry route in Plan(socket, traffic).TunnelRoutes(linkIndex))
            routes.Put(route);
    }

    /// <summary>Removes all that this or an earlier process made for the tunnel, and nothing else.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove()
    {
        using (var socket = new NetlinkSocket(NetlinkProtocol.Route))
        {
            PutRules(socket, []);
            var routes = new Routes(socket, family);
            foreach (RouteEntry route in Own(routes))
                routes.Remove(route);
        }
        if (!Stands())
            return;
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        var batch = new NftBatch(family);
        batch.DeleteTable(names.NftTable);
        batch.Commit(netfilter, $"remove {family} nftables table {names.NftTable}");
    }

    /// <summary>Packets that were blocked since the guard was last put up.</summary>
    public (long Leaving, long Arriving) CountBlocked()
    {
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        IReadOnlyDictionary<string, long> packets = new NftTables(netfilter, family).CountPackets(names.NftTable);
        return (packets.GetValueOrDefault(ClearTextFilter.LeavingChain), packets.GetValueOrDefault(ClearTextFilter.ArrivingChain));
    }

    private void PutFilter(ClearTextFilter filter)
    {
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        string what = $"put up {family} nftables table {names.NftTable}";
        try
        {
            filter.Build(keepAddresses: true).Commit(netfilter, what);
        }
        catch (NetlinkException refused) when (refused.ErrorNumber is Errno.NoEntry or NotSupported)
        {
            // A kernel that has no NAT can't translate the traffic's addresses either.
            using var again = new NetlinkSocket(NetlinkProtocol.Netfilter);
            filter.Build(keepAddresses: false).Commit(again, what);
        }
    }

    private void PutRules(NetlinkSocket socket, IReadOnlyList<RuleEntry> wanted)
    {
        var rules = new Rules(socket, family);
        List<RuleEntry> present = [.. rules.List().Where(rule => rule.Protocol == TunnelNames.Protocol && rule.Table == names.Table)];
        foreach (RuleEntry rule in wanted.Except(present))
            rules.Add(rule);
        foreach (RuleEntry rule in present.Except(wanted))
            rules.Remove(rule);
    }

    /// <summary>Of an earlier policy: routes to networks that are no longer asked for.</summary>
    private void RemoveStaleRoutes(Routes routes, SteeringPlan plan, GuardedTraffic traffic)
    {
        HashSet<RouteEntry> blocking = [.. plan.BlockingRoutes()];
        foreach (RouteEntry route in Own(routes))
        {
            bool wanted = route.Kind == RouteKind.Unicast ? traffic.Remote.Contains(route.Destination) : blocking.Contains(route);
            if (!wanted)
                routes.Remove(route);
        }
    }

    private IEnumerable<RouteEntry> Own(Routes routes) =>
        routes.List(names.Table).Where(route => route.Protocol == TunnelNames.Protocol);

    private SteeringPlan Plan(NetlinkSocket socket, GuardedTraffic traffic) =>
        new(names, family, traffic, new Addresses(socket).List());
}

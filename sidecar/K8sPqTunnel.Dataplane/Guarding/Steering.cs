using System.Net;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Sizing;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>Keeps one family's routing rules and routes of a tunnel, its interface's addresses, and those at which it answers, as its <see cref="ISteeringPlan"/> wants them.</summary>
/// <param name="ports">See <see cref="RoutedSteeringPlan"/>.</param>
internal sealed class Steering(TunnelNames names, IpFamily family, bool ports = true)
{
    /// <summary>RT_TABLE_LOCAL: only there the kernel looks whether a source address is its own.</summary>
    private const uint LocalTable = 255;

    /// <summary>The same in every network namespace.</summary>
    private const int Loopback = 1;

    /// <summary>Leads the traffic to routes without a way out, and to this host what it answers.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Block(NetlinkSocket socket, GuardedTraffic traffic)
    {
        ISteeringPlan plan = Plan(socket, traffic);
        var routes = new Routes(socket, family);
        List<RouteEntry> blocking = [.. plan.BlockingRoutes(), .. traffic.Answers.Select(OwnAddress)];
        foreach (RouteEntry route in blocking)
            routes.Put(route);
        PutRules(socket, [.. plan.Rules()]);
        // Of an earlier policy: routes to networks that are no longer asked for.
        HashSet<(IPNetwork, uint)> wanted = [.. blocking.Select(route => (route.Destination, route.Table))];
        foreach (RouteEntry route in Own(routes))
        {
            if (route.Kind == RouteKind.Unicast ? !wanted.Contains((route.Destination, route.Table)) : !blocking.Contains(route))
                routes.Remove(route);
        }
    }

    /// <summary>Leads the blocked traffic into an interface, which is up.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Lead(NetlinkSocket socket, GuardedTraffic traffic, int linkIndex, TunnelSize size)
    {
        if (traffic.Routed is { } routed)
            PutAddresses(socket, routed, linkIndex);
        var routes = new Routes(socket, family);
        // In a table of others a route with a worse metric, into another tunnel, takes over while no SA carries what comes by ours.
        ILookup<bool, RouteEntry> all = Plan(socket, traffic).TunnelRoutes(linkIndex, size).ToLookup(route => traffic.IsCarried || IsOwn(route.Table));
        List<RouteEntry> wanted = [.. all[true]];
        List<RouteEntry> present = traffic.Routed is null
            ? []
            : [.. routes.ListOf(TunnelNames.Protocol).Where(route => route.LinkIndex == linkIndex)];
        foreach (RouteEntry route in wanted)
        {
            if (IsOwn(route.Table) || present.Exists(other => IsSame(route, other)))
                routes.Put(route);
            else
                AddBesideOthers(routes, route);
        }
        foreach (RouteEntry route in all[false].Where(route => !present.Exists(other => IsSame(route, other))))
        {
            if (routes.List(route.Table).Any(other => IsSame(route, other)))
                throw Taken(route);
        }
        foreach (RouteEntry route in present.Where(route => !wanted.Exists(other => IsSame(route, other))))
            routes.Remove(route);
    }

    /// <summary>An address that no interface has is this host's all the same. Its metric says whose it is, as that of a blocking route does.</summary>
    private RouteEntry OwnAddress(IPAddress address) =>
        new(family.Host(address), RouteKind.Local, LocalTable, names.Table, Loopback, null, TunnelNames.Protocol);

    private static bool IsSame(RouteEntry left, RouteEntry right) =>
        (left.Destination, left.Table, left.Metric) == (right.Destination, right.Table, right.Metric);

    private void AddBesideOthers(Routes routes, RouteEntry route)
    {
        if (!routes.TryAdd(route))
            throw Taken(route);
    }

    private NetlinkException Taken(RouteEntry route) => new($"add route {route.Destination} to table {route.Table}", Errno.Exists,
        $"tunnel \"{names.Tunnel}\": another with metric {route.Metric} is there, so choose another spec.traffic.routes[].metric");

    /// <summary>Removes all rules and routes that this or an earlier process made for the tunnel, and nothing else.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(NetlinkSocket socket)
    {
        PutRules(socket, []);
        var routes = new Routes(socket, family);
        foreach (RouteEntry route in Own(routes))
            routes.Remove(route);
    }

    /// <summary>Only those of this family that an earlier process gave it are others.</summary>
    private void PutAddresses(NetlinkSocket socket, RoutedTraffic routed, int linkIndex)
    {
        var addresses = new Addresses(socket);
        foreach (InterfaceAddress address in routed.Addresses)
            addresses.Put(new AddressInfo(linkIndex, address.Address, address.PrefixLength));
        foreach (AddressInfo present in addresses.List().Where(present => present.LinkIndex == linkIndex && family.Has(present.Address)))
        {
            // The kernel itself gives each interface one of its link (RFC 4291 2.8).
            if (!present.Address.IsIPv6LinkLocal && !routed.Addresses.Contains(new InterfaceAddress(present.Address, present.PrefixLength)))
                addresses.Remove(present);
        }
    }

    private void PutRules(NetlinkSocket socket, IReadOnlyList<RuleEntry> wanted)
    {
        var rules = new Rules(socket, family);
        List<RuleEntry> all = [.. rules.List().Where(rule => rule.Protocol == TunnelNames.Protocol)];
        List<RuleEntry> present = [.. all.Where(rule => IsOwn(rule.Table))];
        List<RuleEntry> others = [.. all.Except(present)];
        present.AddRange(others.Where(rule => rule.Table == RoutedSteeringPlan.MainTable && present.Exists(own => BelongsTo(rule, own))).ToList());
        foreach (RuleEntry rule in wanted.Except(present))
            rules.Add(rule);
        foreach (RuleEntry rule in present.Except(wanted).Where(rule => IsOwn(rule.Table) || !others.Exists(other => BelongsTo(rule, other))))
            rules.Remove(rule);
    }

    /// <summary>A rule that asks the main table names nobody: it is that of all tunnels whose default route is for the same packets.</summary>
    private static bool BelongsTo(RuleEntry narrow, RuleEntry rule) => rule.Priority == RoutedSteeringPlan.DefaultPriority
        && narrow == rule with { Priority = RoutedSteeringPlan.NarrowPriority, Table = RoutedSteeringPlan.MainTable, SuppressPrefixLength = 0 };

    private IEnumerable<RouteEntry> Own(Routes routes) => routes.ListOf(TunnelNames.Protocol)
        .Where(route => IsOwn(route.Table) || (route.Kind != RouteKind.Unicast && route.Metric == names.Table));

    private bool IsOwn(uint table) => table == names.Table || table == names.DefaultTable;

    private ISteeringPlan Plan(NetlinkSocket socket, GuardedTraffic traffic) => traffic.Routed is not null
        ? new RoutedSteeringPlan(names, family, traffic, ports)
        : new SteeringPlan(names, family, traffic, new Addresses(socket).List());
}

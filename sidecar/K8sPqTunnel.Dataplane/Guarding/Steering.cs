using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Sizing;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>Keeps one family's routing rules and routes of a tunnel as its <see cref="SteeringPlan"/> wants them.</summary>
internal sealed class Steering(TunnelNames names, IpFamily family)
{
    /// <summary>Leads the traffic to routes without a way out.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Block(NetlinkSocket socket, GuardedTraffic traffic)
    {
        SteeringPlan plan = Plan(socket, traffic);
        var routes = new Routes(socket, family);
        foreach (RouteEntry route in plan.BlockingRoutes())
            routes.Put(route);
        PutRules(socket, [.. plan.Rules()]);
        RemoveStaleRoutes(routes, plan, traffic);
    }

    /// <summary>Leads the blocked traffic into an interface, which is up.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Lead(NetlinkSocket socket, GuardedTraffic traffic, int linkIndex, TunnelSize size)
    {
        var routes = new Routes(socket, family);
        foreach (RouteEntry route in Plan(socket, traffic).TunnelRoutes(linkIndex, size))
            routes.Put(route);
    }

    /// <summary>Removes all rules and routes that this or an earlier process made for the tunnel, and nothing else.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(NetlinkSocket socket)
    {
        PutRules(socket, []);
        var routes = new Routes(socket, family);
        foreach (RouteEntry route in Own(routes))
            routes.Remove(route);
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

using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Sizing;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>What leads packets into an interface of the tunnel's own: the routes that are configured, and rules that ask for them.</summary>
/// <remarks>
/// Narrow networks stand in one table, which is asked before the main one. A default route stands in another, behind what the main
/// table has on narrower networks: the host's own link and those of its pods go on. No route of ours is in the main table, in which
/// IKE and ESP find the peer. A blocking route's metric is the number of the tunnel's table: by it it is known as ours in every table.
/// </remarks>
/// <param name="ports">IKE and ESP go to the peer by UDP ports; otherwise ESP also straight over IP, and all of this host's own packets to the peer pass.</param>
internal sealed class RoutedSteeringPlan(TunnelNames names, IpFamily family, GuardedTraffic traffic, bool ports) : ISteeringPlan
{
    /// <summary>The main table's routes to narrower networks than all.</summary>
    public const uint NarrowPriority = SteeringPlan.PolicyPriority + 1;
    public const uint DefaultPriority = NarrowPriority + 1;
    public const uint MainTable = 254;

    private readonly RoutedTraffic _routed = traffic.Routed ?? new RoutedTraffic();

    public IEnumerable<RuleEntry> Rules() =>
        SteeringPlan.PastTunnel(names, family, PeersInRoutes, traffic.LocalPorts, traffic.Tcp, ports)
            .Concat(Selectors().SelectMany(Lookups))
            .Concat(OwnSelectors().SelectMany(Lookups))
            // An answer goes by the tunnel wherever it is for (Cloudflare's policy-based route).
            .Concat(traffic.Answers.Select(answering => Lookup(new TunnelRule(From: family.Host(answering)), SteeringPlan.PolicyPriority, names.DefaultTable)))
            .Concat(ConnectedNetworks().Where(_ => _routed.Rules.Count > 0).Select(network => Lookup(new TunnelRule(To: network), SteeringPlan.PolicyPriority, names.Table)))
            .Distinct();

    public IEnumerable<RouteEntry> BlockingRoutes() => Routes().Concat(AnswerRoutes())
        .Select(route => new RouteEntry(route.To, RouteKind.Unreachable, TableOf(route), names.Table, 0, null, TunnelNames.Protocol)).Distinct();

    public IEnumerable<RouteEntry> TunnelRoutes(int linkIndex, TunnelSize size) => Routes().Concat(AnswerRoutes())
        .Select(route => new RouteEntry(route.To, RouteKind.Unicast, TableOf(route), route.Metric, linkIndex, null, TunnelNames.Protocol,
            size.MtuOf(family), size.MssOf(family) ?? 0));

    private IEnumerable<IPAddress> PeersInRoutes => traffic.Peers.Where(peer => Routes().Any(route => route.To.Contains(peer)));

    private bool HasOwnDefault => Routes().Any(route => TableOf(route) == names.DefaultTable);

    private IEnumerable<TunnelRoute> Routes() => _routed.Routes.Concat(
        ConnectedNetworks().Where(network => !_routed.Routes.Any(route => route.To.Equals(network) && route.Table is null)).Select(network => new TunnelRoute(network)));

    /// <summary>The way of answers; only the rules above ask for it.</summary>
    private IEnumerable<TunnelRoute> AnswerRoutes() => traffic.Answers.Count == 0 || HasOwnDefault ? [] : [new TunnelRoute(new IPNetwork(family.Any, 0))];

    /// <summary>Networks on which the interface's addresses stand: the kernel leads them there only while it is up.</summary>
    private IEnumerable<IPNetwork> ConnectedNetworks() => _routed.Addresses
        .Where(address => address.PrefixLength < family.AddressBits)
        .Select(address => family.NetworkOf(address.Address, address.PrefixLength)).Distinct();

    private uint TableOf(TunnelRoute route) => route.Table ?? (route.To.PrefixLength == 0 ? names.DefaultTable : names.Table);

    private IEnumerable<TunnelRule> Selectors() =>
        !Routes().Any(route => route.Table is null) ? [] : _routed.Rules.Count > 0 ? _routed.Rules : [new TunnelRule()];

    /// <summary>What has an address of the interface, such as an answer to the peer's health check, belongs into the tunnel whatever the rules say.</summary>
    private IEnumerable<TunnelRule> OwnSelectors() => _routed.Rules.Count == 0 || !Routes().Any(route => route.Table is null)
        ? []
        : _routed.Addresses.Select(own => new TunnelRule(From: family.Host(own.Address)));

    private IEnumerable<RuleEntry> Lookups(TunnelRule selector)
    {
        yield return Lookup(selector, SteeringPlan.PolicyPriority, names.Table);
        if (!HasOwnDefault)
            yield break;
        yield return Lookup(selector, NarrowPriority, MainTable) with { SuppressPrefixLength = 0 };
        yield return Lookup(selector, DefaultPriority, names.DefaultTable);
    }

    private RuleEntry Lookup(TunnelRule selector, uint priority, uint table)
    {
        IPNetwork? from = Narrow(selector.From);
        return new RuleEntry(priority, RuleAction.Lookup, table, TunnelNames.Protocol, From: from, To: Narrow(selector.To), Mark: selector.Mark,
            FindsSource: family == IpFamily.V6 && from is not null);
    }

    /// <summary>The kernel tells no network where all are meant.</summary>
    private static IPNetwork? Narrow(IPNetwork? network) => network is { PrefixLength: 0 } ? null : network;
}

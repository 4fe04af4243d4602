using System.Net;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Dataplane.Routed;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>
/// Counts other hosts' packets that end at a tunnel's unreachable routes, which the kernel itself does not: those to the tunnel's routed
/// networks for which it finds no way. It blocks nothing.
/// </summary>
/// <remarks>Of this host's own packets none comes to be: whoever wants to send one is told that the host is unreachable.</remarks>
internal sealed class UnroutedChain(TunnelNames names, IpFamily family)
{
    /// <summary>Its rules count.</summary>
    public const string Chain = "unrouted";

    private const string NetworksChain = "routed_networks";
    private const string ArrivalChain = "arriving_for_routes";

    /// <summary>Behind destination NAT (-100): the route is looked for next.</summary>
    private const int BehindDestinationNat = 10;

    /// <summary>Adds to the tunnel's table; a kernel without nftables' fib (Linux 4.10, CONFIG_NFT_FIB) does not count.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void AddTo(NetlinkSocket netfilter, GuardedTraffic traffic)
    {
        if (traffic.Routed is not { } routed)
            return;
        var batch = new NftBatch(family);
        batch.AddChain(names.NftTable, Chain);
        batch.AddRule(names.NftTable, Chain, Rule().ToOthers().WithoutRoute().Count());
        batch.AddBaseChain(names.NftTable, ArrivalChain, "filter", NftHook.PreRouting, BehindDestinationNat);
        batch.AddChain(names.NftTable, NetworksChain);
        // A packet counts once, whichever and however many rules and routes are for it: whatever fits does not come back.
        foreach (IPNetwork network in Networks(routed))
            batch.AddRule(names.NftTable, NetworksChain, Rule().To(network).Goto(Chain));
        foreach (TunnelRule asked in routed.Rules.DefaultIfEmpty(new TunnelRule()))
            batch.AddRule(names.NftTable, ArrivalChain, Of(asked).Goto(NetworksChain));
        try
        {
            batch.Commit(netfilter, $"count unrouted packets in {family} nftables table {names.NftTable}");
        }
        catch (NetlinkException refused) when (refused.ErrorNumber is Errno.NoEntry or Errno.NotSupported)
        {
            // Then they are not counted; the routes hold all the same.
        }
    }

    private IEnumerable<IPNetwork> Networks(RoutedTraffic routed) => routed.Routes.Select(route => route.To)
        .Concat(routed.Addresses.Select(own => family.NetworkOf(own.Address, own.PrefixLength))).Distinct();

    /// <summary>Whether the mark fits, the search for a route itself finds out.</summary>
    private NftRule Of(TunnelRule asked)
    {
        NftRule rule = Rule();
        if (asked.From is { } from)
            rule.From(from);
        if (asked.To is { } to)
            rule.To(to);
        return rule;
    }

    private NftRule Rule() => new(family);
}

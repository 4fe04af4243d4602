using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>
/// The nftables table of one family that gives a tunnel's traffic the addresses that policies fit, where no interface of its own tells
/// it apart: behind others' source NAT no policy would, and the packets would leave in clear.
/// </summary>
/// <remarks>
/// The table also tells which tunnel's traffic is blocked here, for policies have no names; and it takes the place of the filter that a
/// user-space data plane of the same tunnel left.
/// </remarks>
internal sealed class AddressKeeper(TunnelNames names, IpFamily family)
{
    /// <summary>Replaces the table in one transaction.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Put(NetlinkSocket netfilter, GuardedTraffic traffic)
    {
        string what = $"put up {family} nftables table {names.NftTable}";
        try
        {
            NftBatch batch = Empty();
            new TranslationChains(names.NftTable, family, traffic, tunnelInterface: traffic.Routed is null ? null : names.Interface).AddTo(batch);
            batch.Commit(netfilter, what);
        }
        catch (NetlinkException refused) when (TranslationChains.IsMissing(refused))
        {
            if (traffic.Translations.Count > 0)
                throw TranslationChains.Missing(names.Tunnel, refused);
            // A kernel that has no NAT can't translate the traffic's addresses either.
            PutEmpty(netfilter, what);
        }
        new UnroutedChain(names, family).AddTo(netfilter, traffic);
    }

    private void PutEmpty(NetlinkSocket netfilter, string what)
    {
        try
        {
            Empty().Commit(netfilter, what);
        }
        catch (NetlinkException refused) when (TranslationChains.IsMissing(refused))
        {
            // A kernel without nftables: then no filter was left either.
        }
    }

    private NftBatch Empty()
    {
        var batch = new NftBatch(family);
        batch.ReplaceTable(names.NftTable, names.Tunnel);
        return batch;
    }

    /// <summary>Packets that should have been translated and were not, and those that ended at an unreachable route.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public (long Untranslated, long Unrouted) Count(NetlinkSocket netfilter)
    {
        IReadOnlyDictionary<string, long> packets = new NftTables(netfilter, family).CountPackets(names.NftTable);
        return (packets.GetValueOrDefault(TranslationChains.UntranslatedChain), packets.GetValueOrDefault(UnroutedChain.Chain));
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(NetlinkSocket netfilter) => new NftTables(netfilter, family).Remove(names.NftTable);
}

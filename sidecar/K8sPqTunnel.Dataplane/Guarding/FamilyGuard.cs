using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Dataplane.Sizing;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>One family's part of a <see cref="TunnelGuard"/>.</summary>
internal sealed class FamilyGuard(TunnelNames names, IpFamily family)
{
    private readonly Steering _steering = new(names, family);

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
        PutFilter(traffic);
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        _steering.Block(socket, traffic);
    }

    /// <summary>Leads the blocked traffic into the interface, which is up.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Steer(GuardedTraffic traffic, int linkIndex, TunnelSize size)
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        _steering.Lead(socket, traffic, linkIndex, size);
    }

    /// <summary>Removes all that this or an earlier process made for the tunnel, and nothing else.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove()
    {
        using (var socket = new NetlinkSocket(NetlinkProtocol.Route))
            _steering.Remove(socket);
        if (!Stands())
            return;
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        var batch = new NftBatch(family);
        batch.DeleteTable(names.NftTable);
        batch.Commit(netfilter, $"remove {family} nftables table {names.NftTable}");
    }

    /// <summary>Packets that were blocked since the guard was last put up.</summary>
    public (long Leaving, long Arriving, long Untranslated) CountBlocked()
    {
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        IReadOnlyDictionary<string, long> packets = new NftTables(netfilter, family).CountPackets(names.NftTable);
        return (packets.GetValueOrDefault(ClearTextFilter.LeavingChain) + packets.GetValueOrDefault(UnroutedChain.Chain), packets.GetValueOrDefault(ClearTextFilter.ArrivingChain),
            packets.GetValueOrDefault(TranslationChains.UntranslatedChain));
    }

    private void PutFilter(GuardedTraffic traffic)
    {
        var filter = new ClearTextFilter(names, family, traffic);
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        string what = $"put up {family} nftables table {names.NftTable}";
        try
        {
            filter.Build(translates: true).Commit(netfilter, what);
        }
        catch (NetlinkException refused) when (TranslationChains.IsMissing(refused))
        {
            if (traffic.Translations.Count > 0)
                throw TranslationChains.Missing(names.Tunnel, refused);
            // A kernel that has no NAT can't translate the traffic's addresses either.
            using var again = new NetlinkSocket(NetlinkProtocol.Netfilter);
            filter.Build(translates: false).Commit(again, what);
        }
        using var beside = new NetlinkSocket(NetlinkProtocol.Netfilter);
        new UnroutedChain(names, family).AddTo(beside, traffic);
    }
}

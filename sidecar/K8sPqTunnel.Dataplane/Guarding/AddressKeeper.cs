using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>
/// The nftables table of one family that gives a tunnel's traffic the addresses that policies fit, where no interface of its own tells
/// it apart: behind others' source NAT no policy would, and the packets would leave in clear.
/// </summary>
/// <remarks>
/// It is also where the kernel answers the peer's health checks. The table tells which tunnel's traffic is blocked here, for policies
/// have no names; and it takes the place of the filter that a user-space data plane of the same tunnel left.
/// </remarks>
internal sealed class AddressKeeper(TunnelNames names, IpFamily family)
{
    private long _answered;
    private bool _isCounting;
    private byte[] _standing = [];

    /// <summary>Replaces the table in one transaction, where it is to be another than this object put up last: connections and counts go on.</summary>
    /// <param name="own">Addresses that this host has.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    /// <exception cref="IOException">It lacks what the traffic cannot do without.</exception>
    public void Put(NetlinkSocket netfilter, GuardedTraffic traffic, IReadOnlyList<IPAddress> own)
    {
        string what = $"put up {family} nftables table {names.NftTable}";
        try
        {
            NftBatch batch = WithoutTranslation(traffic, own);
            new TranslationChains(names.NftTable, family, traffic, InterfaceOf(traffic)).AddTo(batch);
            byte[] wanted = batch.ToArray();
            if (wanted.AsSpan().SequenceEqual(_standing) && new NftTables(netfilter, family).List().Any(table => table.Name == names.NftTable))
                return;
            KeepCount(netfilter, traffic);
            _standing = [];
            batch.Commit(netfilter, what);
            _standing = wanted;
        }
        catch (NetlinkException refused) when (TranslationChains.IsMissing(refused))
        {
            if (traffic.Translations.Count > 0)
                throw TranslationChains.Missing(names.Tunnel, refused);
            // A kernel that has no NAT can't translate the traffic's addresses either.
            PutWithoutTranslation(netfilter, what, traffic, own);
        }
        new UnroutedChain(names, family).AddTo(netfilter, traffic);
    }

    private void PutWithoutTranslation(NetlinkSocket netfilter, string what, GuardedTraffic traffic, IReadOnlyList<IPAddress> own)
    {
        try
        {
            WithoutTranslation(traffic, own).Commit(netfilter, what);
        }
        catch (NetlinkException refused) when (TranslationChains.IsMissing(refused))
        {
            if (traffic.Answers.Count > 0)
                throw new IOException($"tunnel \"{names.Tunnel}\": {AnswerTrial.NoRules}.", refused);
            // A kernel without nftables: then no filter was left either.
        }
    }

    private NftBatch WithoutTranslation(GuardedTraffic traffic, IReadOnlyList<IPAddress> own)
    {
        var batch = new NftBatch(family);
        batch.ReplaceTable(names.NftTable, names.Tunnel);
        if (traffic.Answers.Count > 0)
            new AnswerChains(names.NftTable, family, traffic, InterfaceOf(traffic)).AddTo(batch, own);
        return batch;
    }

    private string? InterfaceOf(GuardedTraffic traffic) => traffic.Routed is null ? null : names.Interface;

    /// <summary>A table that is replaced counts from 0 again, without what is answered at that moment; what an earlier process's counted is not ours.</summary>
    private void KeepCount(NetlinkSocket netfilter, GuardedTraffic traffic)
    {
        if (_isCounting)
            _answered += CountAnswered(new NftTables(netfilter, family).CountPackets(names.NftTable));
        _isCounting = traffic.Answers.Count > 0;
    }

    private static long CountAnswered(IReadOnlyDictionary<string, long> packets) => packets.GetValueOrDefault(AnswerChains.AnsweredChain);

    /// <summary>Packets that should have been translated and were not, those that ended at an unreachable route, and answers to health checks.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public (long Untranslated, long Unrouted, long Answered) Count(NetlinkSocket netfilter)
    {
        IReadOnlyDictionary<string, long> packets = new NftTables(netfilter, family).CountPackets(names.NftTable);
        return (packets.GetValueOrDefault(TranslationChains.UntranslatedChain), packets.GetValueOrDefault(UnroutedChain.Chain),
            _answered + CountAnswered(packets));
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(NetlinkSocket netfilter)
    {
        _standing = [];
        _isCounting = false;
        new NftTables(netfilter, family).Remove(names.NftTable);
    }
}

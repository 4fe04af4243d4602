using System.Net;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>
/// The nftables table of one family that keeps others' source NAT (masquerading of pods and VMs) from a tunnel's traffic where no
/// interface of its own tells it apart: behind it no policy would fit the packets, and they would leave in clear.
/// </summary>
/// <remarks>
/// The table also tells which tunnel's traffic is blocked here, for policies have no names; and it takes the place of the filter that a
/// user-space data plane of the same tunnel left.
/// </remarks>
internal sealed class AddressKeeper(TunnelNames names, IpFamily family)
{
    private const string Chain = "untranslated";
    private const int NotSupported = 95;

    /// <summary>Before source NAT (100).</summary>
    private const int Priority = 90;

    /// <summary>Replaces the table in one transaction.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Put(NetlinkSocket netfilter, GuardedTraffic traffic)
    {
        string what = $"put up {family} nftables table {names.NftTable}";
        try
        {
            Build(traffic).Commit(netfilter, what);
        }
        catch (NetlinkException refused) when (refused.ErrorNumber is Errno.NoEntry or NotSupported)
        {
            // A kernel that has no NAT can't translate the traffic's addresses either.
            PutEmpty(netfilter, what);
        }
    }

    private void PutEmpty(NetlinkSocket netfilter, string what)
    {
        try
        {
            Empty().Commit(netfilter, what);
        }
        catch (NetlinkException refused) when (refused.ErrorNumber is Errno.NoEntry or NotSupported)
        {
            // A kernel without nftables: then no filter was left either.
        }
    }

    private NftBatch Build(GuardedTraffic traffic)
    {
        NftBatch batch = Empty();
        batch.AddBaseChain(names.NftTable, Chain, "nat", NftHook.PostRouting, Priority);
        foreach (IPNetwork local in traffic.Local)
        {
            foreach (IPNetwork remote in traffic.Remote)
                batch.AddRule(names.NftTable, Chain, new NftRule(family).From(local).To(remote).KeepSource());
        }
        return batch;
    }

    private NftBatch Empty()
    {
        var batch = new NftBatch(family);
        batch.PutTable(names.NftTable, names.Tunnel);
        batch.DeleteTable(names.NftTable);
        batch.PutTable(names.NftTable, names.Tunnel);
        return batch;
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(NetlinkSocket netfilter)
    {
        if (!new NftTables(netfilter, family).List().Any(table => table.Name == names.NftTable))
            return;
        var batch = new NftBatch(family);
        batch.DeleteTable(names.NftTable);
        batch.Commit(netfilter, $"remove {family} nftables table {names.NftTable}");
    }
}

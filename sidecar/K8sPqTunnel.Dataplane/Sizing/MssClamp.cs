using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;

namespace K8sPqTunnel.Dataplane.Sizing;

/// <summary>
/// Tells TCP connections through the tunnel, of this host and of others, the largest segment that fits: in what opens them, both ways
/// (nftables, tables of our own). It outlives the process, and is found again by its name.
/// </summary>
/// <remarks>
/// Before encryption and after decryption, where NAT of ours or of others shows the tunnel's own addresses: behind source NAT on the way
/// out, before destination NAT on the way in. Not for two threads at once.
/// </remarks>
internal sealed class MssClamp(TunnelNames names)
{
    private const string OutgoingChain = "outgoing";
    private const string IncomingChain = "incoming";
    private const string TowardsRemoteChain = "towards_remote";
    private const string TowardsLocalChain = "towards_local";
    private const int BehindSourceNat = 150;
    private const int BeforeDestinationNat = -150;

    private readonly Dictionary<IpFamily, Wish> _standing = [];
    private long _countedBefore;

    /// <summary>A kernel without IPv6 has no tables for it, nor needs them.</summary>
    private static IReadOnlyList<IpFamily> Families => Socket.OSSupportsIPv6 ? IpFamily.Both : [IpFamily.V4];

    /// <summary>What the kernel lacks for it, in words; null where nothing.</summary>
    public string? Missing { get; private set; }

    /// <summary>Replaces the tables, each in one transaction, where they are not as they should be.</summary>
    /// <param name="interfaceName">What leaves and comes through it is the tunnel's; null where the addresses tell.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Put(NetlinkSocket netfilter, GuardedTraffic traffic, string? interfaceName, TunnelSize size)
    {
        foreach (IpFamily family in Families)
        {
            GuardedTraffic part = traffic.Of(family);
            if (part.IsEmpty || size.MssOf(family) is not { } mss)
                Remove(netfilter, family);
            else
                Put(netfilter, family, new Wish(part.Local, part.Remote, part.Mark, interfaceName, (ushort)Math.Clamp(mss, 1, ushort.MaxValue)));
        }
    }

    /// <summary>Removes what this or an earlier process made.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(NetlinkSocket netfilter)
    {
        foreach (IpFamily family in Families)
            Remove(netfilter, family);
    }

    /// <summary>How many openings were told a smaller segment since this process began; where the kernel does not tell, those that it told of before.</summary>
    public long Count(NetlinkSocket netfilter) => _countedBefore + _standing.Keys.Sum(family => Count(netfilter, family));

    private void Put(NetlinkSocket netfilter, IpFamily family, Wish wish)
    {
        if (_standing.TryGetValue(family, out Wish? standing) && standing.Equals(wish))
            return;
        if (standing is not null)
            _countedBefore += Count(netfilter, family);
        try
        {
            Build(family, wish).Commit(netfilter, $"put up {family} nftables table {names.ClampTable}");
            _standing[family] = wish;
        }
        catch (NetlinkException refused) when (refused.ErrorNumber is Errno.NoEntry or Errno.NotSupported)
        {
            Missing = "nftables' TCP options (Linux 4.14)";
        }
    }

    private NftBatch Build(IpFamily family, Wish wish)
    {
        var batch = new NftBatch(family);
        batch.ReplaceTable(names.ClampTable, names.Tunnel);
        batch.AddBaseChain(names.ClampTable, OutgoingChain, "filter", NftHook.PostRouting, BehindSourceNat);
        batch.AddBaseChain(names.ClampTable, IncomingChain, "filter", NftHook.PreRouting, BeforeDestinationNat);
        if (wish.InterfaceName is { } name)
        {
            batch.AddRule(names.ClampTable, OutgoingChain, new NftRule(family).OutputInterface(name).ClampSegments(wish.Mss));
            batch.AddRule(names.ClampTable, IncomingChain, new NftRule(family).InputInterface(name).ClampSegments(wish.Mss));
            return batch;
        }
        Add(OutgoingChain, wish.Local, TowardsRemoteChain, wish.Remote);
        Add(IncomingChain, wish.Remote, TowardsLocalChain, wish.Local);
        return batch;

        // Networks are asked one after the other, so that their number adds up instead of multiplying.
        void Add(string chain, IReadOnlyList<IPNetwork> sources, string next, IReadOnlyList<IPNetwork> destinations)
        {
            batch.AddChain(names.ClampTable, next);
            foreach (IPNetwork destination in destinations)
                batch.AddRule(names.ClampTable, next, new NftRule(family).To(destination).ClampSegments(wish.Mss));
            foreach (IPNetwork source in sources)
                batch.AddRule(names.ClampTable, chain, new NftRule(family).Marked(wish.Mark).From(source).Jump(next));
        }
    }

    private void Remove(NetlinkSocket netfilter, IpFamily family)
    {
        if (_standing.Remove(family))
            _countedBefore += Count(netfilter, family);
        new NftTables(netfilter, family).Remove(names.ClampTable);
    }

    private long Count(NetlinkSocket netfilter, IpFamily family)
    {
        try
        {
            return new NftTables(netfilter, family).CountPackets(names.ClampTable).Values.Sum();
        }
        catch (NetlinkException)
        {
            return 0;
        }
    }

    /// <summary>What a table is made from.</summary>
    private sealed record Wish(IReadOnlyList<IPNetwork> Local, IReadOnlyList<IPNetwork> Remote, PacketMark? Mark, string? InterfaceName, ushort Mss)
    {
        public bool Equals(Wish? other) => other is not null && Mss == other.Mss && Mark == other.Mark && InterfaceName == other.InterfaceName
            && Local.SequenceEqual(other.Local) && Remote.SequenceEqual(other.Remote);

        public override int GetHashCode() => HashCode.Combine(Mss, InterfaceName);
    }
}

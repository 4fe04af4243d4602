using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Dataplane.Sizing;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>Keeps one tunnel's traffic from passing in clear. What it makes outlives the process and is found again by its names.</summary>
/// <remarks>Every step states what there shall be, makes what is missing and removes what is stale: repeating it changes nothing.</remarks>
internal sealed class TunnelGuard(TunnelNames names)
{
    private readonly FamilyGuard _ipv4 = new(names, IpFamily.V4);
    private readonly FamilyGuard _ipv6 = new(names, IpFamily.V6);

    /// <summary>Names of the tunnels whose guards stand in this network namespace, those of dead processes too. Long names are cut.</summary>
    public static IReadOnlyList<string> List()
    {
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        return
        [
            .. (from family in IpFamily.Both
                from table in new NftTables(netfilter, family).List()
                where table.Name.StartsWith(TunnelNames.NftTablePrefix, StringComparison.Ordinal) && table.Comment is not null
                select table.Comment).Distinct(),
        ];
    }

    /// <summary>Does it stand already, put up by whichever process?</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public bool Stands() => Families.Any(family => family.Stands());

    /// <summary>Blocks the traffic of both families, and opens a family that it no longer has.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Block(GuardedTraffic traffic)
    {
        foreach (FamilyGuard family in Families)
        {
            GuardedTraffic part = family.PartOf(traffic);
            if (part.IsEmpty)
                family.Remove();
            else
                family.Block(part);
        }
    }

    /// <summary>Leads the blocked traffic into the interface, which is up.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Steer(GuardedTraffic traffic, int linkIndex, TunnelSize size)
    {
        foreach (FamilyGuard family in Families)
        {
            GuardedTraffic part = family.PartOf(traffic);
            if (!part.IsEmpty)
                family.Steer(part, linkIndex, size);
        }
    }

    /// <summary>Removes all that this or an earlier process made for the tunnel, and nothing else.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove()
    {
        foreach (FamilyGuard family in Families)
            family.Remove();
    }

    /// <summary>Packets that were blocked since the guard was last put up.</summary>
    public (long Leaving, long Arriving, long Untranslated) CountBlocked()
    {
        (long leaving, long arriving, long untranslated) = (0, 0, 0);
        foreach (FamilyGuard family in Families)
        {
            (long left, long arrived, long kept) = family.CountBlocked();
            leaving += left;
            arriving += arrived;
            untranslated += kept;
        }
        return (leaving, arriving, untranslated);
    }

    /// <summary>A kernel without IPv6 can neither be asked about it nor let any of it pass.</summary>
    private IEnumerable<FamilyGuard> Families => Socket.OSSupportsIPv6 ? [_ipv4, _ipv6] : [_ipv4];
}

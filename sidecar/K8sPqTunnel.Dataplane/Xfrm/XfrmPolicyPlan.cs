using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>Which policies a tunnel shall have: blocking ones for all that is configured, and above them those of its SAs.</summary>
/// <remarks>
/// Every policy, the blocking ones too, but not <see cref="Neighbours"/>, has a template with the tunnel's reqid: by that it is known as ours after a restart. A packet
/// through an SA's hole finds its policy first, for its priority is lower in number.
/// </remarks>
/// <param name="outbound">From our networks to the peer's, as configured.</param>
/// <param name="interfaceId">if_id of the interface whose packets alone are meant; 0 for all packets.</param>
/// <param name="mark">Which alone are meant; null for all. The kernel tells policies by it too, so each of ours has it.</param>
internal sealed class XfrmPolicyPlan(uint reqid, IReadOnlyList<XfrmSelector> outbound, uint interfaceId = 0, XfrmMark? mark = null)
{
    /// <summary>Behind those of other software: strongSwan's end below 400,000, libreswan's below 4,000,000.</summary>
    internal const uint PassPriority = 0x4000_0000;
    internal const uint BlockPriority = PassPriority + 1;
    private const uint NeighbourPriorities = PassPriority / 2;

    private const byte IcmpV6 = 58;

    /// <summary>Neighbor Solicitation and Neighbor Advertisement.</summary>
    private static readonly ushort[] NeighbourMessages = [135, 136];

    /// <summary>
    /// Before all other policies of ours. They have no template, which outward the kernel would go by: the number, which is this
    /// tunnel's, tells whose they are.
    /// </summary>
    private uint NeighbourPriority => NeighbourPriorities | (reqid & (NeighbourPriorities - 1));

    /// <summary>XFRM_POLICY_ICMP: an ICMP error about the SA's packets may go through it as they do.</summary>
    private const byte WithIcmpErrors = 2;

    /// <summary>What stands while nothing else does, and whenever all else is gone.</summary>
    /// <param name="trap">Our and the peer's outer address, where the first packet outward shall be told; null to block it in silence.</param>
    public IEnumerable<XfrmPolicy> Blocking((IPAddress Local, IPAddress Peer)? trap) => outbound.SelectMany(selector => new[]
    {
        trap is var (local, peer)
            ? new XfrmPolicy(selector, XfrmPolicyDirection.Out, XfrmAction.Allow, BlockPriority, new XfrmTemplate(local, peer, reqid), interfaceId, mark)
            : Block(selector, XfrmPolicyDirection.Out),
        Block(selector.Reverse, XfrmPolicyDirection.In),
        Block(selector.Reverse, XfrmPolicyDirection.Forward),
    });

    /// <summary>Lets in what comes by an SA.</summary>
    public IEnumerable<XfrmPolicy> Inbound(IEnumerable<XfrmSelector> selectors, PeerPath path)
    {
        var template = new XfrmTemplate(path.Remote.Address, path.Local.Address, reqid);
        return selectors.SelectMany(selector => new[]
        {
            Pass(selector.Reverse, XfrmPolicyDirection.In, template), Pass(selector.Reverse, XfrmPolicyDirection.Forward, template),
        });
    }

    /// <summary>Turns what goes out to one SA.</summary>
    public IEnumerable<XfrmPolicy> Outbound(IEnumerable<XfrmSelector> selectors, PeerPath path, uint spi)
    {
        var template = new XfrmTemplate(path.Local.Address, path.Remote.Address, reqid, spi);
        return selectors.Select(selector => Pass(selector, XfrmPolicyDirection.Out, template));
    }

    /// <summary>
    /// How hosts of one link find each other's link-layer addresses (RFC 4861 4.3, 4.4) carries nobody's data, and has to work before
    /// there is an SA: IKE itself needs it where the peer is on the link and in the tunnel's networks. IPv4 has ARP for it, which is no IP.
    /// </summary>
    /// <param name="own">This host's IPv6 addresses in our networks: nothing that it forwards comes from them.</param>
    /// <remarks>
    /// Only towards this tunnel's remote networks: the kernel has one policy for a selector, and another tunnel of the same local network would take its place.
    /// </remarks>
    public IEnumerable<XfrmPolicy> Neighbours(IEnumerable<IPAddress> own) =>
        from address in own
        from remote in outbound.Where(selector => selector.Source.Contains(address)).Select(selector => selector.Destination).Distinct()
        from type in NeighbourMessages
        let outward = new XfrmSelector(IpFamily.V6.Host(address), remote, IcmpV6, new XfrmPort(type, ushort.MaxValue))
        let inward = outward.Reverse with { SourcePort = outward.SourcePort, DestinationPort = default }
        from policy in (XfrmPolicy[])[Neighbour(outward, XfrmPolicyDirection.Out), Neighbour(inward, XfrmPolicyDirection.In)]
        select policy;

    public bool IsOurs(XfrmPolicy policy) => policy.Template is { } template
        ? template.Reqid == reqid
        : policy.Priority == NeighbourPriority && policy.Selector.Protocol == IcmpV6;

    /// <summary>An SA's policy of an earlier process, for traffic that still is configured.</summary>
    public bool IsInherited(XfrmPolicy policy)
    {
        if (!IsOurs(policy) || policy.Priority != PassPriority || policy.InterfaceId != interfaceId || policy.Mark != mark || policy.Action != XfrmAction.Allow)
            return false;
        XfrmSelector seen = policy.Direction == XfrmPolicyDirection.Out ? policy.Selector : policy.Selector.Reverse;
        return outbound.Any(ours => ours.Covers(seen));
    }

    private XfrmPolicy Block(XfrmSelector selector, XfrmPolicyDirection direction) => new(
        selector, direction, XfrmAction.Block, BlockPriority, new XfrmTemplate(IPAddress.Any, IPAddress.Any, reqid), interfaceId, mark);

    private XfrmPolicy Neighbour(XfrmSelector selector, XfrmPolicyDirection direction) =>
        new(selector, direction, XfrmAction.Allow, NeighbourPriority, Mark: mark);

    private XfrmPolicy Pass(XfrmSelector selector, XfrmPolicyDirection direction, XfrmTemplate template) =>
        new(selector, direction, XfrmAction.Allow, PassPriority, template, interfaceId, mark, WithIcmpErrors);
}

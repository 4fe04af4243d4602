using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Sizing;

/// <summary>What a tunnel's SAs add to a packet, and what their path carries: from both follows how large the tunnel's packets may be.</summary>
/// <remarks>Not for two threads at once.</remarks>
internal sealed class SizeBook
{
    private readonly TunnelPolicy _policy;
    private readonly bool _hasIpv6;
    private readonly IReadOnlyList<EspLayout> _offered;
    private readonly Dictionary<EspSpi, Overhead> _overheads = [];
    private bool _isStale;

    public SizeBook(TunnelPolicy policy)
    {
        _policy = policy;
        _hasIpv6 = policy.Local.Any(IpFamily.V6.Has) && policy.Remote.Any(IpFamily.V6.Has);
        _offered = policy.Transforms.Count == 0 ? [EspLayout.Aead] : [.. policy.Transforms.Select(EspTransforms.LayoutOf).Distinct()];
        Size = Find(Math.Min(PathMtu.Ethernet, policy.Size.Path ?? PathMtu.Ethernet), []);
    }

    /// <summary>As <see cref="TryFollow"/> found it last.</summary>
    public TunnelSize Size { get; private set; }

    /// <summary>What fits each SA over the path as it is known; none of a stale one.</summary>
    public IReadOnlyDictionary<EspSpi, int> Fitting => _isStale ? new Dictionary<EspSpi, int>() : _overheads.ToDictionary(one => one.Key, one => Inner(Size.Path, one.Value));

    /// <summary>What the path carries as far as the kernel, or whoever configured the tunnel, knows; in octets.</summary>
    public int KnownPath { get; private set; } = PathMtu.Ethernet;

    public void Put(ChildSa sa, PeerPath path)
    {
        // What there was before has no SA any more, but told what to expect of this peer until now.
        if (_isStale)
            _overheads.Clear();
        _isStale = false;
        _overheads[sa.InboundSpi] = new Overhead(
            EspTransforms.LayoutOf(sa.Transform),
            path.IsTcp ? EspCarrier.Tcp : sa.UdpEncapsulation ? EspCarrier.Udp : EspCarrier.Ip,
            path.Remote.Address);
    }

    public void Move(ChildSa sa, PeerPath path)
    {
        if (_overheads.ContainsKey(sa.InboundSpi))
            Put(sa, path);
    }

    public void Remove(EspSpi inbound)
    {
        if (_overheads.Count == 1 && _overheads.ContainsKey(inbound))
            _isStale = true;
        else
            _overheads.Remove(inbound);
    }

    /// <summary>Finds the size anew.</summary>
    /// <param name="routing">Asked what the path carries.</param>
    /// <param name="probed">What probes have shown it to carry; null where they have shown nothing.</param>
    /// <param name="peers">Where SAs will be made.</param>
    /// <returns>False where it is as before.</returns>
    public bool TryFollow(NetlinkSocket routing, int? probed, IReadOnlyList<IPAddress> peers)
    {
        IReadOnlyList<IPAddress>[] ways = _overheads.Count == 0 ? [peers] : [.. _overheads.Values.Select(one => one.Peer).Distinct().Select(peer => (IReadOnlyList<IPAddress>)[peer])];
        KnownPath = ways.Min(way => OuterRoute.FindMtu(routing, way)) ?? PathMtu.Ethernet;
        KnownPath = Math.Min(KnownPath, _policy.Size.Path ?? KnownPath);
        TunnelSize found = Find(Math.Min(KnownPath, probed ?? KnownPath), peers);
        if (found == Size)
            return false;
        Size = found;
        return true;
    }

    private TunnelSize Find(int path, IReadOnlyList<IPAddress> peers)
    {
        IEnumerable<Overhead> overheads = _overheads.Count > 0
            ? _overheads.Values
            : _offered.Select(layout => new Overhead(layout, EspCarrier.Udp, peers.FirstOrDefault(IpFamily.V6.Has) ?? IPAddress.Any));
        return new TunnelSize(path, overheads.Min(one => Inner(path, one)), _hasIpv6, _policy.Size);
    }

    private static int Inner(int path, in Overhead around) => PathMtu.Inner(path, around.Carrier, IpFamily.V6.Has(around.Peer), around.Layout);

    /// <summary>What an SA puts around a packet.</summary>
    private readonly record struct Overhead(EspLayout Layout, EspCarrier Carrier, IPAddress Peer);
}

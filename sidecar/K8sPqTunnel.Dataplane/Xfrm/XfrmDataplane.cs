using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>One tunnel's data plane in the kernel: ESP states, and policies that choose its packets by their selectors.</summary>
/// <remarks>States and policies stay in the kernel when the process ends, and the next one takes them over: traffic goes on meanwhile.</remarks>
public sealed class XfrmDataplane : IDataplane
{
    private readonly XfrmHost _host;
    private readonly XfrmOptions _options;
    private readonly TunnelNames _names;
    private readonly XfrmPolicyPlan _plan;
    private readonly XfrmPolicySet _policies;
    private readonly XfrmRoutes _routes;
    private readonly XfrmChildren _children;
    private readonly SizeBook _sizes;
    private readonly MssClamp _clamp;
    private int? _probed;
    private GuardedTraffic _traffic;
    private readonly bool _isBegunByTraffic;
    private XfrmOuterPath? _outer;
    private readonly XfrmInheritance _inheritance;
    private IReadOnlyList<IPAddress> _neighbours = [];
    private (int Link, long Seen, long Sum) _refused;
    private TunnelClaim? _claim;
    private bool _guarded;

    /// <summary>Makes nothing yet: <see cref="Guard"/> does.</summary>
    /// <exception cref="NotSupportedException">The policy has IPv6 networks, and the kernel has no IPv6.</exception>
    public XfrmDataplane(TunnelPolicy policy, XfrmHost host, XfrmOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _options = options ?? new XfrmOptions();
        _names = TunnelNames.Of(policy);
        _sizes = new SizeBook(policy);
        _clamp = new MssClamp(_names);
        _traffic = new GuardedTraffic(policy.Local, policy.Remote, [], [PeerPath.IkePort, PeerPath.NatTraversalPort])
        {
            Translations = policy.Translations,
            Mark = policy.Mark,
            Answers = policy.Answers,
            Routed = policy.Routed,
            IsCarried = policy.IsBegunByTraffic,
        };
        _isBegunByTraffic = policy.IsBegunByTraffic;
        if (CarriesIpv6 && !Socket.OSSupportsIPv6)
            throw new NotSupportedException($"tunnel \"{policy.Tunnel}\": this host's kernel has no IPv6, so it can't carry {policy.Local.Concat(policy.Remote).First(IpFamily.V6.Has)}: leave the IPv6 networks out");
        _plan = new XfrmPolicyPlan(Reqid, [.. XfrmSelectors.Outbound(policy.Local, policy.Remote)], InterfaceId, Mark);
        _policies = new XfrmPolicySet(host.Policies, _plan);
        _routes = new XfrmRoutes(_names, host);
        _children = new XfrmChildren(host.States, Reqid);
        _inheritance = new XfrmInheritance(_options.InheritedGrace, TimeProvider.System, EndInheritance);
        host.Listen(Reqid, Told, ReadKernelDrops);
    }

    /// <summary>The ESP transforms that can be negotiated for this data plane, if the kernel has them all (<see cref="XfrmProbe"/>).</summary>
    public static IReadOnlyList<EspTransform> SupportedTransforms => EspTransforms.Supported;

    public DataplaneKind Kind => DataplaneKind.Xfrm;

    /// <summary>Null where policies choose the packets, wherever they leave.</summary>
    public string? InterfaceName => _traffic.Routed is null ? null : _names.Interface;

    public TunnelSize Size => _sizes.Size;

    public IReadOnlyDictionary<EspSpi, int> Fitting
    {
        get
        {
            lock (_host.Gate)
                return _sizes.Fitting;
        }
    }

    public int KnownPath => _sizes.KnownPath;

    /// <summary>Nothing: the kernel carries the packets.</summary>
    public string? MissingOffload => null;

    public OffloadState? Offload { get; private set; }

    public bool GuardIsOurs { get; private set; }

    public bool SendsByInherited
    {
        get
        {
            lock (_host.Gate)
                return _inheritance.Sends;
        }
    }

    /// <summary>By it all that is this tunnel's is found again.</summary>
    private uint Reqid => _names.Reqid;

    private XfrmMark? Mark => _traffic.Mark is { } mark ? new XfrmMark(mark.Value, mark.Mask) : null;

    private uint InterfaceId => _traffic.Routed is null ? 0 : _names.Table;

    private bool CarriesIpv6 => !_traffic.Of(IpFamily.V6).IsEmpty;

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void UsePeers(IReadOnlyList<IPAddress> peers, IReadOnlyList<ushort> localPorts)
    {
        lock (_host.Gate)
        {
            _traffic = _traffic with { Peers = peers, LocalPorts = localPorts };
            if (!_guarded)
            {
                FollowOuterPath();
                return;
            }
            BlockRoutes();
            FollowOuterPath();
            PutUp();
        }
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void FollowPath(int? probed)
    {
        lock (_host.Gate)
        {
            _probed = probed;
            Resize();
        }
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Guard()
    {
        lock (_host.Gate)
        {
            if (!_guarded)
            {
                _claim ??= TunnelClaim.Take(_names);
                _policies.Adopt();
                GuardIsOurs = _policies.IsEmpty && !new TunnelGuard(_names).Stands();
                // What an earlier process left goes on until its successor's first SA takes over.
                _inheritance.Begin(_policies.Inherited());
                if (_traffic.Routed is null)
                    XfrmInterface.Remove(_host.Routing, _names);        // Of an earlier process, when the tunnel still was routed.
                else if (XfrmInterface.Find(_host.Routing, _names) is { } inherited)
                    _refused = (inherited.Index, inherited.Refused, 0);
            }
            BlockRoutes();
            FollowOuterPath();
            PutUp();
            _guarded = true;
        }
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Unguard()
    {
        lock (_host.Gate)
        {
            _routes.Remove();
            _clamp.Remove(_host.Netfilter);
            _inheritance.End();
            XfrmInterface.Remove(_host.Routing, _names);
            _policies.Adopt();
            _policies.Become([]);
            _children.RemoveAll();
            _guarded = false;
            ReleaseClaim();
        }
    }

    /// <summary>Takes an SPI in the kernel, if the way to the peer is known by then.</summary>
    public EspSpi Allocate()
    {
        lock (_host.Gate)
        {
            while (true)
            {
                EspSpi spi = _host.Spis.Allocate();
                if (_children.TryReserve(spi, _outer))
                    return spi;
                _host.Spis.Release(spi);
            }
        }
    }

    public void Release(EspSpi spi)
    {
        lock (_host.Gate)
            _children.GiveBack(spi);
        _host.Spis.Release(spi);
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    /// <exception cref="NotSupportedException">The transform is none of <see cref="SupportedTransforms"/>, or ESP runs in TCP.</exception>
    public void InstallInbound(ChildSa sa)
    {
        if (sa.Path.IsTcp)
            throw new NotSupportedException("the kernel's data plane carries no ESP in TCP: choose dataplane: Userspace for a peer that UDP does not reach");
        lock (_host.Gate)
        {
            var child = new XfrmChild(sa, Reqid, FindCard(sa.Path.Remote.Address), _options.Offload == XfrmOffloadPolicy.Demanded, InterfaceId, Mark);
            _children.AddInbound(child, tellsFirst: _options.InboundUsed is not null);
            NoteOffload(child);
            sa.InboundKeys.Dispose();
            _sizes.Put(sa, sa.Path);
            PutUpPolicies();
            Resize();
        }
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void InstallOutbound(ChildSa sa)
    {
        lock (_host.Gate)
        {
            _children.AddOutbound(sa.InboundSpi);
            NoteOffload(_children.Find(sa.InboundSpi)!);
            sa.OutboundKeys.Dispose();
            _inheritance.GiveWay(_children.Find(sa.InboundSpi)!.Selectors);
            PutUpPolicies();
        }
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Move(ChildSa sa, in PeerPath path)
    {
        lock (_host.Gate)
        {
            _children.Move(sa.InboundSpi, path);
            _sizes.Move(sa, path);
            PutUpPolicies();
            Resize();
        }
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(ChildSa sa)
    {
        lock (_host.Gate)
        {
            // First nothing leads there any more, then it goes.
            XfrmChild? child = _children.Take(sa.InboundSpi);
            _sizes.Remove(sa.InboundSpi);
            PutUpPolicies();
            if (child is not null)
                _children.RemoveStates(child);
        }
        _host.Spis.Release(sa.InboundSpi);
        sa.Dispose();
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public TimeSpan? SilenceOf(EspSpi inbound)
    {
        lock (_host.Gate)
            return _children.SilenceOf(inbound);
    }

    public DataPathProbe StartProbe(ProbeOptions options, TimeProvider time, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        // What the socket sends is translated as the workload's packets are.
        IPAddress source = options.Source ?? ProbeSource.Choose(_traffic.ProbeNetworks(options.Target) ?? [.. _traffic.Here], options.Target);
        return new DataPathProbe(SocketInnerPath.Open(source, options, _traffic.Mark), options, source, time, random);
    }

    public DataplaneCounters ReadCounters()
    {
        lock (_host.Gate)
        {
            DataplaneCounters passed = _children.ReadCounters() with { Clamped = _clamp.Count(_host.Netfilter) };
            if (_traffic is { Translations.Count: 0, Answers.Count: 0, Routed: null })
                return passed;
            var drops = new Dictionary<string, long>(ReadKernelDrops(), StringComparer.Ordinal);
            (long untranslated, long unrouted, long answered) = _routes.Count();
            if (_traffic.Translations.Count > 0)
                drops[DropNames.Untranslated] = untranslated;
            if (_traffic.Routed is not null)
                drops[DropNames.OutBlocked] = drops.GetValueOrDefault(DropNames.OutBlocked) + unrouted;
            return passed with { Drops = drops, ProbesAnswered = answered };
        }
    }

    /// <summary>What of the kernel's own counts is this tunnel's.</summary>
    private IReadOnlyDictionary<string, long> ReadKernelDrops()
    {
        IReadOnlyDictionary<string, long> drops = _children.ReadCounters().Drops;
        if (_traffic.Routed is null || XfrmInterface.Find(_host.Routing, _names) is not { } link)
            return drops;
        long before = link.Index == _refused.Link ? _refused.Seen : 0;
        _refused = (link.Index, link.Refused, _refused.Sum + link.Refused - before);
        string name = _options.TrafficWaiting is null ? DropNames.OutBlocked : DropNames.OutWithoutState;
        return new Dictionary<string, long>(drops, StringComparer.Ordinal) { [name] = _refused.Sum };
    }

    /// <summary>Ends the talk with the kernel; what is in it stays, and carries traffic.</summary>
    public ValueTask DisposeAsync()
    {
        _host.Leave(Reqid);
        lock (_host.Gate)
        {
            _guarded = false;
            _inheritance.Dispose();
            ReleaseClaim();
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>The network card that shall do the cryptography; null where none is asked to, or there is none.</summary>
    private LinkInfo? FindCard(IPAddress peer)
    {
        LinkInfo? card = _options.Offload == XfrmOffloadPolicy.Never ? null : _routes.LinkTo(peer);
        return card is not null || _options.Offload != XfrmOffloadPolicy.Demanded
            ? card
            : throw new NetlinkException($"find the network card that is to encrypt ESP to {peer}", Interop.Errno.NoDevice);
    }

    private void NoteOffload(XfrmChild child) => Offload = (_options.Offload, child.Card) switch
    {
        (XfrmOffloadPolicy.Never, _) => null,
        (_, null) => new OffloadState(null, "no interface leads to the peer"),
        (_, var card) => new OffloadState(card.Name, child.WhyNotOffloaded),
    };

    private void ReleaseClaim()
    {
        _claim?.Dispose();
        _claim = null;
    }

    /// <summary>The SAs of earlier processes go, and what these left half done.</summary>
    private void EndInheritance()
    {
        lock (_host.Gate)
        {
            if (!_guarded)
                return;
            try
            {
                _inheritance.End();
                PutUpPolicies();
                _children.RemoveStrangers();
            }
            catch (NetlinkException)
            {
                // They harm nobody: the next process tries again.
            }
        }
    }

    private void PutUp()
    {
        PutUpPolicies();
        PutUpSize();
    }

    /// <summary>Has the routes, and what TCP connections are told, follow where what fits has changed.</summary>
    private void Resize()
    {
        if (_sizes.TryFollow(_host.Routing, _probed, _traffic.Peers) && _guarded)
            PutUpSize();
    }

    private void PutUpSize()
    {
        _routes.Put(_traffic, _traffic.Routed is null ? _outer?.LinkIndex : BringUp(), Size);
        _clamp.Put(_host.Netfilter, _traffic, InterfaceName, Size);
    }

    /// <returns>The index of the tunnel's own interface.</returns>
    private int BringUp()
    {
        int link = XfrmInterface.Ensure(_host.Routing, _names);
        new Links(_host.Routing).BringUp(link, Size.Mtu);
        return link;
    }

    /// <summary>What is routed blocks first, also because behind it our own packets find the way past the tunnel.</summary>
    private void BlockRoutes()
    {
        if (_traffic.Routed is not null)
            _routes.Put(_traffic, linkIndex: null, Size);
    }

    /// <summary>Blocks all that is configured, and above that lets pass what has an SA.</summary>
    private void PutUpPolicies()
    {
        (IPAddress, IPAddress)? trap = _options.TrafficWaiting is not null && _outer is not null ? (_outer.Local, _outer.Peer) : null;
        _policies.Become([.. _plan.Neighbours(_neighbours), .. _plan.Blocking(trap), .. _inheritance.Policies, .. _children.Policies(_plan)]);
        FollowCarriage();
    }

    /// <summary>Has the routes in others' tables follow where the tunnel begins or ends to carry packets.</summary>
    private void FollowCarriage()
    {
        bool isCarried = _isBegunByTraffic || _children.HasOutbound || _inheritance.Sends;
        if (isCarried == _traffic.IsCarried)
            return;
        _traffic = _traffic with { IsCarried = isCarried };
        if (_traffic.Routed is { StandsBesideOthers: true } && _guarded)
            PutUpSize();
    }

    private void FollowOuterPath()
    {
        _outer = _routes.Find(_traffic.Peers);
        _sizes.TryFollow(_host.Routing, _probed, _traffic.Peers);
        // What is routed meets policies only inside the interface, which has no neighbours.
        _neighbours = _traffic.Routed is null ? _routes.OwnAddresses(_traffic.Of(IpFamily.V6).Local) : [];
    }

    private void Told(XfrmEvent told)
    {
        switch (told)
        {
            case XfrmEvent.Acquire:
                _options.TrafficWaiting?.Invoke();
                break;
            case XfrmEvent.Expire expired:
                Expired(expired);
                break;
            case XfrmEvent.Mapping moved when Find(new EspSpi(moved.Spi)) is { } child:
                _options.PeerMoved?.Invoke(child.Sa.InboundSpi, new PeerPath(child.Path.Local, moved.NewSource));
                break;
            case XfrmEvent.Overrun:
                CatchUp();
                break;
        }
    }

    private void Expired(XfrmEvent.Expire expired)
    {
        bool isFirst = false;
        XfrmChild? child;
        lock (_host.Gate)
        {
            child = _children.Find(expired.State.Id);
            if (child is not null && !expired.IsHard && expired.State.Id.Destination.Equals(child.Path.Local.Address) && _options.InboundUsed is not null)
                isFirst = _children.TryUse(child);
        }
        if (isFirst)
            _options.InboundUsed?.Invoke(child!.Sa.InboundSpi);
        else if (child is not null)
            _options.RenewalDue?.Invoke(child.Sa.InboundSpi);
    }

    /// <summary>The kernel told more than we could hear: what might have been lost is asked for.</summary>
    private void CatchUp()
    {
        List<EspSpi> used, spent;
        lock (_host.Gate)
            (used, spent) = _children.CatchUp(_options.InboundUsed is not null);
        used.ForEach(spi => _options.InboundUsed?.Invoke(spi));
        spent.ForEach(spi => _options.RenewalDue?.Invoke(spi));
        _options.TrafficWaiting?.Invoke();
    }

    private XfrmChild? Find(EspSpi inbound)
    {
        lock (_host.Gate)
            return _children.Find(inbound);
    }
}

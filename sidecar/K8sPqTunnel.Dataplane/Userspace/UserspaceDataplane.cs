using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>One tunnel's data plane without kernel ESP: a TUN interface on the inner side, our ESP, the daemon's UDP socket outside.</summary>
public sealed class UserspaceDataplane : IDataplane, IEspReceiver
{
    /// <summary>Threads that seal: one for each processor, but each has buffers of 260 KiB, and one socket takes what they all send.</summary>
    private const int MaxQueues = 8;

    private readonly Lock _lock = new();
    private readonly EspSpiPool _spis;
    private readonly UserspaceOptions _options;
    private readonly TunnelNames _names;
    private readonly TunnelGuard _guard;
    private readonly SaDatabase _database = new();
    private readonly TunSink _sink = new();
    private readonly EspPipeline _pipeline;
    private readonly SizeBook _sizes;
    private readonly MssClamp _clamp;
    private int? _probed;
    private GuardedTraffic _traffic;
    private readonly bool _isBegunByTraffic;
    private readonly int _queues = Math.Clamp(Environment.ProcessorCount, 1, MaxQueues);
    private TunPump[] _pumps = [];
    private TunnelClaim? _claim;
    private bool _guarded;

    /// <summary>Makes nothing yet: <see cref="Guard"/> does.</summary>
    /// <param name="transport">Sends what comes out sealed.</param>
    /// <param name="spis">Shared by all data planes whose packets come in by the same socket.</param>
    /// <exception cref="NotSupportedException">The policy has IPv6 networks, and the kernel has no IPv6.</exception>
    public UserspaceDataplane(TunnelPolicy policy, IEspTransport transport, EspSpiPool spis, UserspaceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _spis = spis;
        _options = options ?? new UserspaceOptions();
        _names = TunnelNames.Of(policy);
        _sizes = new SizeBook(policy);
        _clamp = new MssClamp(_names);
        _guard = new TunnelGuard(_names);
        _traffic = new GuardedTraffic(policy.Local, policy.Remote, [], [PeerPath.IkePort, PeerPath.NatTraversalPort], policy.Tcp)
        {
            Translations = policy.Translations,
            Mark = policy.Mark,
            Routed = policy.Routed,
            IsCarried = policy.IsBegunByTraffic,
        };
        _isBegunByTraffic = policy.IsBegunByTraffic;
        if (CarriesIpv6 && !Socket.OSSupportsIPv6)
            throw new NotSupportedException($"tunnel \"{policy.Tunnel}\": this host's kernel has no IPv6, so it can't carry {policy.Local.Concat(policy.Remote).First(IpFamily.V6.Has)}: leave the IPv6 networks out");
        _pipeline = new EspPipeline(_database, transport, _sink, _options.PeerMoved,
            new Trap(_options.TrafficWaiting, _options.TrafficWaitingPause, TimeProvider.System), _queues);
        if (policy.Answers.Count > 0)
            _pipeline.Responder = new ProbeResponder(policy.Answers, _pipeline.TrySend);
    }

    /// <summary>The ESP transforms that can be negotiated for this data plane.</summary>
    public static IReadOnlyList<EspTransform> SupportedTransforms => EspTransforms.Supported;

    public DataplaneKind Kind => DataplaneKind.Userspace;

    public string InterfaceName => _names.Interface;

    public TunnelSize Size => _sizes.Size;

    public IReadOnlyDictionary<EspSpi, int> Fitting
    {
        get
        {
            lock (_lock)
                return _sizes.Fitting;
        }
    }

    public int KnownPath => _sizes.KnownPath;

    public string? MissingOffload { get; private set; }

    public bool GuardIsOurs { get; private set; }

    /// <summary>None: what a process carries ends with it.</summary>
    public bool SendsByInherited => false;

    /// <exception cref="TunException">The interface is gone.</exception>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void UsePeers(IReadOnlyList<IPAddress> peers, IReadOnlyList<ushort> localPorts)
    {
        lock (_lock)
        {
            _traffic = _traffic with
            {
                Peers = peers,
                LocalPorts = localPorts,
            };
            if (!_guarded)
                return;
            _guard.Block(_traffic);
            Resize();
        }
    }

    /// <exception cref="TunException">The interface is gone.</exception>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void FollowPath(int? probed)
    {
        lock (_lock)
        {
            _probed = probed;
            Resize();
        }
    }

    /// <exception cref="TunException">There is no TUN here, or we may not use it; then nothing has been changed.</exception>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Guard()
    {
        lock (_lock)
        {
            if (!_guarded && XfrmInterface.Stands(_names))
            {
                // Of an earlier process in the kernel, maybe with the name that ours is to have.
                _claim ??= TunnelClaim.Take(_names);
                _guard.Block(_traffic);
                XfrmInterface.Remove(_names);
            }
            // An interface that is down and has no routes lets nothing through, so having it first costs no safety.
            TunDevice device = _sink.Device ?? new TunDevice(_names.Interface, _queues, _options.Offloads);
            _sink.Device = device;
            _pipeline.MergesUdp = device.Offloads.HasFlag(TunOffloads.UdpIpv4);
            MissingOffload = device.Offloads.Missing();
            // The interface is ours alone from here on, so nobody puts up or removes the guard between this look and the next step.
            if (!_guarded)
                GuardIsOurs = !_guard.Stands();
            _claim ??= TunnelClaim.Take(_names);
            _guard.Block(_traffic);
            // An earlier process's ESP in the kernel would take the packets before the interface does.
            if (!_guarded)
                XfrmRemains.Remove(_names);
            _guarded = true;
            if (_pumps.Length > 0)
                return;

            FindSize();
            BringUp();
            _pumps = [.. device.Queues.Select((queue, number) => new TunPump(
                queue, $"{device.Name} {number}", frames => _pipeline.SendFrames(number, frames), lost => _options.InterfaceLost?.Invoke(lost)))];
        }
    }

    public void Unguard()
    {
        lock (_lock)
        {
            StopInterface();
            _guard.Remove();
            RemoveClamp(_clamp);
            _guarded = false;
            ReleaseClaim();
        }
    }

    public EspSpi Allocate() => _spis.Allocate();

    public void Release(EspSpi spi) => _spis.Release(spi);

    /// <summary>Does an inbound SA of this tunnel have the SPI?</summary>
    public bool Owns(EspSpi spi) => _database.TryFindInbound(spi, out _);

    public void Open(ReadOnlySpan<EspDatagram> batch, OpenedBatch opened) => _pipeline.Open(batch, opened);

    /// <exception cref="NotSupportedException">The transform is none of <see cref="SupportedTransforms"/>.</exception>
    public void InstallInbound(ChildSa sa)
    {
        _database.Add(new InboundSa(sa, _options.InboundUsed, _options.RenewalDue, _pipeline.Workers));
        sa.InboundKeys.Dispose();
        lock (_lock)
        {
            _sizes.Put(sa, sa.Path);
            Resize();
        }
    }

    public void InstallOutbound(ChildSa sa) => InstallOutbound(sa, last: 0);

    /// <param name="last">The number that its first packet follows: 0 for a new SA.</param>
    internal void InstallOutbound(ChildSa sa, ulong last)
    {
        EspSpi inbound = sa.InboundSpi;
        _database.Add(new OutboundSa(sa, last, renewalDue: () => _options.RenewalDue?.Invoke(inbound), workers: _pipeline.Workers));
        sa.OutboundKeys.Dispose();
        lock (_lock)
            FollowCarriage();
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Move(ChildSa sa, in PeerPath path)
    {
        _database.Move(sa.InboundSpi, sa.OutboundSpi, path);
        lock (_lock)
        {
            _sizes.Move(sa, path);
            Resize();
        }
    }

    public void Remove(ChildSa sa)
    {
        _database.Remove(sa.InboundSpi, sa.OutboundSpi);
        _spis.Release(sa.InboundSpi);
        sa.Dispose();
        lock (_lock)
        {
            _sizes.Remove(sa.InboundSpi);
            FollowCarriage();
        }
    }

    public TimeSpan? SilenceOf(EspSpi inbound) => _database.TryFindInbound(inbound, out InboundSa? sa) ? sa.Silence : null;

    public DataPathProbe StartProbe(ProbeOptions options, TimeProvider time, IRandomSource random) =>
        new(_pipeline, options, options.Source ?? ProbeSource.Choose(_traffic.ProbeNetworks(options.Target) ?? _traffic.Local, options.Target), time, random);

    public DataplaneCounters ReadCounters()
    {
        DataplaneCounters passed = _pipeline.ReadCounters() with { Activity = _database.ActivityAt(TimeProvider.System.GetUtcNow()) };
        if (!TryCountBlocked(out (long Leaving, long Arriving, long Untranslated) blocked))
            return passed;
        // The kernel's names for a packet that a policy blocks, and for one that should have come protected.
        var drops = new Dictionary<string, long>(passed.Drops, StringComparer.Ordinal)
        {
            [DropNames.OutBlocked] = blocked.Leaving,
            ["XfrmInTmplMismatch"] = blocked.Arriving,
        };
        if (_traffic.Translations.Count > 0)
            drops[DropNames.Untranslated] = blocked.Untranslated;
        return passed with { Drops = drops, Clamped = CountClamped() };
    }

    private long CountClamped()
    {
        lock (_lock)
        {
            using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
            return _clamp.Count(netfilter);
        }
    }

    /// <returns>False where the kernel does not tell, and then there is nothing to add.</returns>
    private bool TryCountBlocked(out (long Leaving, long Arriving, long Untranslated) blocked)
    {
        try
        {
            blocked = _guard.CountBlocked();
            return true;
        }
        catch (NetlinkException)
        {
            blocked = default;
            return false;
        }
    }

    /// <summary>Ends the traffic and zeroes the keys; the guard stays.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            StopInterface();
            ReleaseClaim();
        }
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    private void ReleaseClaim()
    {
        _claim?.Dispose();
        _claim = null;
    }

    private void StopInterface()
    {
        foreach (TunPump pump in _pumps)
            pump.Dispose();
        _pumps = [];
        _sink.Device?.Dispose();
        _sink.Device = null;
    }

    /// <summary>Has everything follow where what fits has changed.</summary>
    private void Resize()
    {
        if (FindSize() && _pumps.Length > 0)
            BringUp();
    }

    /// <summary>Has the routes in others' tables follow where the tunnel begins or ends to carry packets.</summary>
    private void FollowCarriage()
    {
        bool isCarried = _isBegunByTraffic || _database.HasOutbound;
        if (isCarried == _traffic.IsCarried)
            return;
        _traffic = _traffic with { IsCarried = isCarried };
        if (_traffic.Routed is { StandsBesideOthers: true } && _pumps.Length > 0)
            BringUp();
    }

    private bool FindSize()
    {
        using var routing = new NetlinkSocket(NetlinkProtocol.Route);
        return _sizes.TryFollow(routing, _probed, _traffic.Peers);
    }

    /// <summary>Brings the interface up with what fits, leads the traffic into it, and has TCP connections told.</summary>
    private void BringUp()
    {
        using var routing = new NetlinkSocket(NetlinkProtocol.Route);
        var links = new Links(routing);
        int index = links.List().FirstOrDefault(link => link.Name == _names.Interface)?.Index ?? throw TunException.Gone(_names.Interface);
        links.BringUp(index, Size.Mtu);
        if (_traffic.Mark is not null)
            links.ValidateSourcesByMark(index);
        _guard.Steer(_traffic, index, Size);
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        _clamp.Put(netfilter, _traffic, _names.Interface, Size);
    }

    private static void RemoveClamp(MssClamp clamp)
    {
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        clamp.Remove(netfilter);
    }

    private bool CarriesIpv6 => !_traffic.Of(IpFamily.V6).IsEmpty;
}

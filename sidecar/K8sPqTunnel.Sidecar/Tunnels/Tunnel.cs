using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.Sockets;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;
using StartAction = K8sPqTunnel.Api.Resources.StartAction;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>One tunnel: its guard, its data plane, its way outside, its IKE connection, its probe.</summary>
/// <remarks>Life: <see cref="Guard"/>, <see cref="RunAsync"/>, then <see cref="LeaveAsync"/>, disposal, which leaves the guard, or <see cref="TearDownAsync"/>.</remarks>
internal sealed class Tunnel : IControlledTunnel, IAsyncDisposable
{
    private static readonly TimeSpan RoutePause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(3);

    private readonly TunnelSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<Tunnel> _log;
    private readonly IkeHub _hub;
    private readonly TunnelTransport _transport;
    private readonly IDataplane _dataplane;
    private readonly DataplaneSelection _selection;
    private readonly TunnelObserver _observer;
    private readonly TunnelOutput _output;
    private readonly NatKeepalive _keepalive;
    private readonly TunnelSizing _sizing;
    private readonly TunnelProbe? _probe;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _teardownLock = new();
    private readonly Lock _secretsLock = new();
    private volatile TunnelSession? _session;
    private TunnelSecrets _secrets;
    private Secret? _formerKey;
    private UnderlayLease? _lease;
    private volatile IReadOnlyList<IPAddress> _usedPeers = [];
    private volatile IReadOnlyList<ushort> _usedPorts = IkePorts.Usual;
    private volatile bool _leaves;
    private Task _running = Task.CompletedTask;
    private Task? _teardown;

    /// <param name="hub">What it shares with the other tunnels of the process; outlives it.</param>
    /// <param name="secrets">Stay the caller's, who keeps them until the tunnel is disposed.</param>
    /// <exception cref="NotSupportedException">The data plane cannot carry what the tunnel asks for, or cannot be had.</exception>
    /// <exception cref="IOException">The kernel's data plane cannot be talked to.</exception>
    public Tunnel(IkeHub hub, TunnelSettings settings, TunnelSecrets secrets, TimeProvider time, ILoggerFactory logs)
    {
        _hub = hub;
        _transport = new TunnelTransport(hub.Underlay);
        _settings = settings;
        _secrets = secrets;
        _time = time;
        _log = logs.CreateLogger<Tunnel>();
        TunnelPolicy policy = PolicySettings.Of(settings, NameOnHost(settings));
        var signals = new DataplaneSignals(
            RenewalDue: spi => _session?.Ask((connection, now) => connection.RekeyChild(now, spi)),
            InboundUsed: spi => _session?.Ask((connection, now) => connection.InboundUsed(now, spi)),
            TrafficWaiting: () => _session?.Ask((connection, now) => connection.Trigger(now)),
            PeerMoved: (spi, path) => _session?.Ask((connection, _) => connection.PeerMoved(spi, path)),
            Lost: lost => _ended.TrySetException(lost));
        _selection = hub.ChooseDataplane(this, settings);
        try
        {
            _dataplane = signals.Create(_selection.Kind, policy, hub, _transport, waits: settings.StartAction == StartAction.Trap, PolicySettings.Of(settings.HardwareOffload));
        }
        catch
        {
            hub.ForgetDataplane(this);
            throw;
        }
        Board = new TunnelBoard(new TunnelSnapshot
        {
            Namespace = settings.Namespace,
            Name = settings.Name,
            Since = time.GetUtcNow(),
            Dataplane = _dataplane.Kind.ToString(),
            WhyNotXfrm = _selection.WhyNotXfrm,
            CertificateExpiresAt = (secrets.Authentication.Local as LocalCertificate)?.ExpiresAt,
        });
        _observer = new TunnelObserver(settings.Profile, Board, time, logs.CreateLogger<TunnelObserver>());
        _probe = settings.Probe is { } probe ? new TunnelProbe(probe, _dataplane, Board, time, logs.CreateLogger<TunnelProbe>()) : null;
        _sizing = new TunnelSizing(settings.Name, settings.Mtu.Probes ? AskForProbes : null, _dataplane, Board, time, logs.CreateLogger<TunnelSizing>(),
            settings.Mtu.ProbeInterval);
        _keepalive = new NatKeepalive(settings.Transport.NatKeepalive, path => _transport.SendKeepalive(path), time);
        _output = new TunnelOutput(hub, _transport, _dataplane, _observer, _keepalive, _probe, _sizing, LetPass, signals.Lost);
    }

    public string FullName => NameOnHost(_settings);

    public TunnelBoard Board { get; }

    /// <summary>
    /// Completes when the tunnel has been taken down; faulted with an <see cref="IOException"/> when its interface is lost, with
    /// anything else by a bug.
    /// </summary>
    public Task Ended => _ended.Task;

    /// <summary>This process put up the tunnel's guard: no earlier one had left it.</summary>
    public bool GuardIsOurs => _dataplane.GuardIsOurs;

    /// <summary>The tunnel's guard stands, whoever put it up.</summary>
    public bool IsGuarded { get; private set; }

    /// <summary>The name from which those of everything that is made for the tunnel derive.</summary>
    public static string NameOnHost(TunnelSettings tunnel) => $"{tunnel.Namespace}/{tunnel.Name}";

    /// <summary>Blocks the tunnel's traffic in clear. Before anything else.</summary>
    public void Guard()
    {
        _dataplane.Guard();
        IsGuarded = true;
        Board.Update(tunnel => tunnel with { Interface = _dataplane.InterfaceName });
        _log.Guarded(_settings.Name, _dataplane.Kind, _dataplane.InterfaceName ?? "no interface of its own", _dataplane.Size.Mtu);
        if (_selection.WhyNotXfrm is { } reason)
            _log.InUserspace(_settings.Name, reason);
        _sizing.Start();
        if (_dataplane.MissingOffload is { } missing)
            _log.LacksOffload(_settings.Name, missing);
    }

    /// <summary>Removes the guard again, where bringing the tunnel up has failed.</summary>
    public void Unguard() => _dataplane.Unguard();

    /// <summary>Brings the tunnel up and keeps it up until <see cref="StopAsync"/> or <see cref="TearDownAsync"/>.</summary>
    public void Start() => _running = RunAsync(_stop.Token);

    /// <summary>
    /// The process ends, and its successor goes on: SAs that carry packets without a process are left to it, and the peer is told nothing.
    /// Those that cannot are ended as by <see cref="StopAsync"/>. The guard stays.
    /// </summary>
    public Task LeaveAsync()
    {
        _leaves = _dataplane.Kind == DataplaneKind.Xfrm;
        return StopAsync();
    }

    /// <summary>Says goodbye to the peer and ends the traffic; the guard stays.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _observer.Enter(TunnelPhase.Down);
    }

    public TunnelSnapshot Snapshot()
    {
        DataplaneCounters passed = _dataplane.ReadCounters();
        TunnelSnapshot tunnel = Board.Current;
        return tunnel with
        {
            Probe = _probe?.Snapshot() ?? ProbeSnapshot.None,
            Counters = Counters(passed),
            Offload = Offload(),
            Children = CounterReader.WithActivity(tunnel.Children, passed.Activity),
        };
    }

    public void Rekey(RekeyKind kind) => _session?.Ask((connection, now) =>
    {
        if (kind == RekeyKind.Child)
            connection.RekeyChild(now);
        else
            connection.RekeyIke(now);
    });

    /// <summary>
    /// Proves itself by other keys and certificates from now on, while the traffic goes on: another IKE SA takes over as soon as the peer takes them.
    /// </summary>
    /// <param name="secrets">Stay the caller's, as those before do until no handshake can use them any more.</param>
    /// <param name="former">The pre-shared key before, with which a peer may still prove itself; null for none.</param>
    public async Task TakeSecretsAsync(TunnelSecrets secrets, Secret? former)
    {
        TunnelSession? session;
        lock (_secretsLock)
        {
            (_secrets, _formerKey, session) = (secrets, former, _session);
        }

        Board.Update(tunnel => tunnel with
        {
            CertificateExpiresAt = (secrets.Authentication.Local as LocalCertificate)?.ExpiresAt,
            CredentialChanges = tunnel.CredentialChanges + 1,
            FormerKeyTaken = former is not null,
        });
        _log.TookSecrets(_settings.Name, former is null ? "" : $", and for {_settings.Authentication.PskOverlap} a peer may use the pre-shared key before");
        if (session is not null)
            await session.TakeCredentialsAsync(config => ConnectionSettings.WithSecrets(config, _settings, secrets, former));
    }

    /// <summary>The time is over in which a peer may prove itself with a former pre-shared key. Does nothing where another one has that place.</summary>
    public async Task ForgetFormerKeyAsync(Secret former)
    {
        TunnelSession? session;
        lock (_secretsLock)
        {
            if (_formerKey != former)
                return;
            (_formerKey, session) = (null, _session);
        }

        Board.Update(tunnel => tunnel with { FormerKeyTaken = false });
        _log.ForgotFormerKey(_settings.Name);
        if (session is not null)
            await session.TakeCredentialsAsync(config => config with { Authentication = config.Authentication with { FormerKey = null } });
    }

    /// <summary>Null where nobody asked for it, and before the first SA.</summary>
    private OffloadSnapshot? Offload()
    {
        if (_settings.HardwareOffload == HardwareOffload.Disabled)
            return null;
        if (_dataplane.Kind == DataplaneKind.Userspace)
            return new OffloadSnapshot(null, "the user-space data plane has the processor encrypt");
        return _dataplane.Offload is { } state ? new OffloadSnapshot(state.Interface, state.WhyNot) : null;
    }

    private CounterSnapshot Counters(DataplaneCounters passed)
    {
        CounterSnapshot counters = CounterReader.Read(passed, _transport.Unsent, _session?.Drops ?? []);
        // What belongs to no tunnel is this one's where there is no other that it could have been meant for.
        return _hub.IsOfOneTunnel ? counters.Plus(CounterReader.ReadShared(_hub)) : counters;
    }

    public Task TearDownAsync(CancellationToken cancellation)
    {
        Task teardown;
        lock (_teardownLock)
        {
            // One that failed is tried again: what the kernel refused once it may grant the next time.
            if (_teardown is null or { IsFaulted: true })
                _teardown = TearDownOnceAsync();
            teardown = _teardown;
        }
        return teardown.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _probe?.Dispose();
        _keepalive.Dispose();
        await _sizing.DisposeAsync();
        await _dataplane.DisposeAsync();
        _hub.ForgetDataplane(this);
        _stop.Dispose();
    }

    private async Task TearDownOnceAsync()
    {
        await StopAsync();
        _dataplane.Unguard();
        _log.TornDown(_settings.Name);
        _ended.TrySetResult();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        string name = _hub.Join(_settings, _output);
        try
        {
            _observer.Enter(TunnelPhase.Connecting);
            PeerRoute? route = await FindRouteAsync(stop);
            while (route is not null)
            {
                if (_settings.StartAction == StartAction.Start)
                    _log.Connecting(_settings.Name, route.Local, route.Remotes[0]);
                else
                    _log.Listening(_settings.Name, route.Local, route.Remotes.Count > 0 ? $"{route.Remotes[0]}" : $"{_settings.PeerId.Text} from {string.Join(", ", _settings.PeerNetworks)}");
                route = await ConnectAsync(name, route, stop);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _ended.TrySetException(e);
        }
        finally
        {
            _hub.Leave(name);
        }
    }

    /// <summary>Runs one IKE connection over one route.</summary>
    /// <param name="name">What the hub calls it.</param>
    /// <returns>The new route when it has changed; null when the tunnel stops.</returns>
    private async Task<PeerRoute?> ConnectAsync(string name, PeerRoute route, CancellationToken stop)
    {
        if (!TryOpenPorts(route))
        {
            await Task.Delay(RoutePause, _time, stop);
            return await FindRouteAsync(stop);
        }
        TunnelSession session = BeginSession(name, route);
        using var heirless = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task replacing = _settings.StartAction == StartAction.Trap ? ReplaceInheritedAsync(session, heirless.Token) : Task.CompletedTask;
        try
        {
            PeerRoute? moved = await WatchRouteAsync(route, session, stop);
            if (_hub.Ended.IsFaulted)
                await _hub.Ended;                                        // Throws what the core threw: a bug is not hidden.
            return moved;
        }
        finally
        {
            await heirless.CancelAsync();
            await replacing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_leaves)
                await LeaveSasAsync(session);
            else
                await session.CloseAsync(FarewellTime);
            _output.Session = _session = null;
            _observer.ForgetConnections();
            Interlocked.Exchange(ref _lease, null)?.Dispose();
        }
    }

    private TunnelSession BeginSession(string name, PeerRoute route)
    {
        lock (_secretsLock)
        {
            ConnectionConfig config = ConnectionSettings.Of(
                _settings, route, _lease!.Ports, _settings.Transport.Tcp == TcpPolicy.Always, _secrets, _selection.Kind, _lease.CarriesRawEsp) with { Name = name };
            config = config with { Authentication = config.Authentication with { FormerKey = _formerKey } };
            var session = new TunnelSession(_hub, config, _hub.EnvironmentFor(_dataplane, _output), fallsBack: _settings.Transport.Tcp == TcpPolicy.Fallback);
            _output.Session = _session = session;
            session.Start();
            return session;
        }
    }

    /// <summary>While an earlier process's SAs carry the traffic no packet waits, so none would bring up the SAs that have to follow them.</summary>
    private async Task ReplaceInheritedAsync(TunnelSession session, CancellationToken stop)
    {
        while (_dataplane.SendsByInherited)
        {
            await session.AskAsync((connection, now) => connection.Trigger(now));
            await Task.Delay(RoutePause, _time, stop);
        }
    }

    private async Task LeaveSasAsync(TunnelSession session)
    {
        int left = await session.LeaveAsync(_output.LeaveDataplane);
        if (left > 0)
            _log.Left(_settings.Name, left);
    }

    private void AskForProbes() => _session?.Ask((connection, now) => _sizing.Probe(connection, now));

    private void UsePeers(IReadOnlyList<IPAddress> peers, IReadOnlyList<ushort> localPorts)
    {
        _usedPeers = peers;
        _usedPorts = localPorts;
        _dataplane.UsePeers(peers, localPorts);
        // The way to another peer may take smaller packets.
        _sizing.Publish();
    }

    /// <summary>The peer has come to an address that its name or configuration does not tell: the guard has to let IKE and ESP pass there too.</summary>
    private void LetPass(IPAddress peer)
    {
        if (!_usedPeers.Contains(peer))
            UsePeers([peer, .. _usedPeers], _usedPorts);
    }

    /// <summary>The kernel needs no socket of ours for it.</summary>
    private bool WantsRawEsp => _settings.Transport.Encapsulation == EncapsulationPolicy.BehindNat && _selection.Kind == DataplaneKind.Userspace;

    /// <summary>Has the sockets of our side of a route open instead of those before.</summary>
    private bool TryOpenPorts(PeerRoute route)
    {
        try
        {
            UnderlayLease lease = _hub.Underlay.Open(
                route.Local, _selection.Kind, WantsRawEsp, acceptsTcp: _settings.Transport.Tcp != TcpPolicy.Never, lost => _ended.TrySetException(lost));
            Interlocked.Exchange(ref _lease, lease)?.Dispose();
            UsePeers(route.Remotes, lease.Ports.Numbers);
            if (WantsRawEsp && !lease.CarriesRawEsp)
                _log.LacksRawEsp(_settings.Name);
            if (lease.Ports.MissingOffload is { } missing)
                _log.LacksOffload(_settings.Name, missing);
            if (lease.Ports.Ike is null && _settings.StartAction == StartAction.None)
                _observer.Fail("PortTaken",
                    $"tunnel \"{_settings.Name}\": another program has UDP port 500 or 4500 of {route.Local}, so the peer cannot begin: stop that program (ss -lunp shows it), or set spec.startAction: Start.");
            return true;
        }
        catch (SocketException e)
        {
            _observer.Fail("SocketUnavailable",
                $"tunnel \"{_settings.Name}\": no UDP port can be had on {route.Local} ({e.Message}): check that it is this host's address and that nothing forbids UDP sockets.");
            return false;
        }
    }

    /// <returns>The new route when it has changed and the SAs cannot go along; null when the hub or the tunnel has ended.</returns>
    private async Task<PeerRoute?> WatchRouteAsync(PeerRoute route, TunnelSession session, CancellationToken stop)
    {
        Task stopped = Task.Delay(Timeout.Infinite, stop);
        using var addresses = new AddressWatch();
        Task again = stopped;
        while (true)
        {
            await Task.WhenAny(_hub.Ended, stopped, _output.PeerLost, addresses.Changed, again);
            if (_hub.Ended.IsCompleted || stopped.IsCompleted)
                return null;
            bool isLost = _output.PeerLost.IsCompleted;
            addresses.Rearm();
            _output.Rearm();
            (PeerRoute? now, _) = await PeerRoute.FindAsync(_settings, _selection.Kind, peers => UsePeers(peers, _lease!.Ports.Numbers), stop);
            if (isLost && session.HasFallenBack)
            {
                // RFC 9329 5.1: UDP is tried first.
                _log.BackToUdp(_settings.Name);
                return now ?? route;
            }

            // Without a route nothing can be done until there is one, of which nobody tells.
            again = now is null ? Task.Delay(RoutePause, _time, stop) : stopped;
            // While the peer answers, only our own address matters: its name may have many, in any order.
            if (now is null || (isLost ? now.Equals(route) : now.Local.Equals(route.Local)))
                continue;
            if (isLost || !TryOpenPorts(now) || !await TryMoveAsync(session, _lease!.Ports.NatTraversal))
                return now;
            route = now;
        }
    }

    /// <summary>Has the SAs go along to another address of ours (RFC 4555).</summary>
    private async Task<bool> TryMoveAsync(TunnelSession session, IPEndPoint local)
    {
        bool moves = false;
        await session.AskAsync((connection, now) => moves = connection.TryMoveTo(now, local));
        return moves;
    }

    private async Task<PeerRoute> FindRouteAsync(CancellationToken stop)
    {
        while (true)
        {
            (PeerRoute? route, string? error) = await PeerRoute.FindAsync(_settings, _selection.Kind, peers => UsePeers(peers, IkePorts.Usual), stop);
            if (route is not null)
                return route;
            _observer.Fail("PeerAddressUnknown", $"tunnel \"{_settings.Name}\": {error}");
            await Task.Delay(RoutePause, _time, stop);
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Observation;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>The daemons' sessions and what was last heard in them, by gateway. Thread-safe.</summary>
/// <param name="clock">What tells the time.</param>
internal sealed class SessionRegistry(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NamespacedName, GatewayHearing> _gateways = [];
    private Action<NamespacedName> _gatewayChanged = static _ => { };
    private Action<NamespacedName> _tunnelChanged = static _ => { };

    /// <summary>Tells about each gateway whose session has opened or ended, and each tunnel of which something new was heard. Quick and not blocking.</summary>
    public void Subscribe(Action<NamespacedName> gatewayChanged, Action<NamespacedName> tunnelChanged)
    {
        _gatewayChanged += gatewayChanged;
        _tunnelChanged += tunnelChanged;
    }

    /// <summary>Takes up a session; it replaces, and thereby ends, an older one of the same gateway.</summary>
    /// <returns>The number of the newest report that is held of this daemon; 0 for none.</returns>
    public ulong Open(DaemonSession session)
    {
        ulong last;
        lock (_lock)
        {
            GatewayHearing? held = _gateways.GetValueOrDefault(session.Gateway);
            // Left open, it would be a session that nobody hears, and its daemon would not know to call again once this one has gone.
            // Not waited for, and never after its Close: its call may dispose of it then.
            if (held is { Connected: true })
                _ = held.Session.ReplaceAsync();
            // A daemon that comes back keeps what it said; another one starts from nothing.
            if (held is null || held.Session.Hello.InstanceId != session.Hello.InstanceId)
                _gateways[session.Gateway] = held = new GatewayHearing(session, clock.GetUtcNow());
            (held.Session, held.Connected, held.Since) = (session, true, clock.GetUtcNow());
            last = held.LastSequence;
        }

        _gatewayChanged(session.Gateway);
        return last;
    }

    /// <summary>Notes the end of a session, unless a newer one of the gateway has replaced it.</summary>
    public void Close(DaemonSession session)
    {
        lock (_lock)
        {
            if (!IsCurrent(session, out GatewayHearing? gateway))
                return;
            (gateway.Connected, gateway.Since) = (false, clock.GetUtcNow());
        }

        _gatewayChanged(session.Gateway);
    }

    public void Report(DaemonSession session, TunnelRef tunnel, ulong sequence, TunnelReport report)
    {
        Update(session, tunnel, heard => heard with { Report = report }, sequence);
        _tunnelChanged(new NamespacedName(session.Gateway.Namespace, tunnel.Name));
    }

    /// <summary>Keeps counters without telling: the status takes them up when it is written next.</summary>
    public void Count(DaemonSession session, TunnelRef tunnel, Counters counters) =>
        Update(session, tunnel, heard => heard with { Counters = counters });

    public void TornDown(DaemonSession session, TunnelRef tunnel)
    {
        Update(session, tunnel, heard => heard with { TornDown = true });
        _tunnelChanged(new NamespacedName(session.Gateway.Namespace, tunnel.Name));
        _gatewayChanged(session.Gateway);
    }

    /// <summary>What is known of the daemon that carries a tunnel, and of the tunnel on it; null when none ever called.</summary>
    public DaemonSight? Find(NamespacedName gateway, string tunnel, string? uid)
    {
        lock (_lock)
            return _gateways.GetValueOrDefault(gateway)?.Sight(tunnel, uid);
    }

    /// <summary>What is known of a gateway's daemon; null when none ever called.</summary>
    public DaemonSight? Find(NamespacedName gateway) => Find(gateway, "", "");

    /// <summary>The open session of a gateway, to send something to its daemon.</summary>
    public bool TryGetSession(NamespacedName gateway, [NotNullWhen(true)] out DaemonSession? session)
    {
        lock (_lock)
        {
            session = _gateways.GetValueOrDefault(gateway) is { Connected: true } open ? open.Session : null;
            return session is not null;
        }
    }

    /// <summary>Forgets a tunnel that is gone.</summary>
    public void Forget(NamespacedName gateway, string tunnel)
    {
        lock (_lock)
            _gateways.GetValueOrDefault(gateway)?.Tunnels.Remove(tunnel);
    }

    /// <summary>Forgets a gateway that is gone, unless its daemon still talks.</summary>
    public void Forget(NamespacedName gateway)
    {
        lock (_lock)
        {
            if (_gateways.GetValueOrDefault(gateway) is { Connected: false })
                _gateways.Remove(gateway);
        }
    }

    private void Update(DaemonSession session, TunnelRef tunnel, Func<TunnelHearing, TunnelHearing> change, ulong sequence = 0)
    {
        lock (_lock)
        {
            if (!IsCurrent(session, out GatewayHearing? gateway))
                return;
            gateway.LastSequence = Math.Max(gateway.LastSequence, sequence);
            TunnelHearing? before = gateway.Tunnels.GetValueOrDefault(tunnel.Name);
            // What was said of a resource is not said of a later one of its name.
            gateway.Tunnels[tunnel.Name] = change(before?.Uid == tunnel.Uid ? before : new TunnelHearing(tunnel.Uid));
        }
    }

    private bool IsCurrent(DaemonSession session, [NotNullWhen(true)] out GatewayHearing? gateway) =>
        _gateways.TryGetValue(session.Gateway, out gateway) && gateway.Session == session;
}

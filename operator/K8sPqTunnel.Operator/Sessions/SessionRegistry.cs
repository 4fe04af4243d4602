using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Observation;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>The daemons' sessions and what was last heard in them, by tunnel. Thread-safe.</summary>
/// <param name="clock">What tells the time.</param>
internal sealed class SessionRegistry(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NamespacedName, Entry> _entries = [];
    private Action<NamespacedName> _changed = static _ => { };

    /// <summary>Tells about each tunnel whose sight has changed in something that people wait for. Quick and not blocking.</summary>
    public void Subscribe(Action<NamespacedName> handler) => _changed += handler;

    /// <summary>Takes up a session; it replaces, and thereby ends, an older one of the same tunnel.</summary>
    /// <returns>The number of the newest report that is held of this daemon; 0 for none.</returns>
    public ulong Open(DaemonSession session)
    {
        ulong last;
        lock (_lock)
        {
            Entry? held = _entries.GetValueOrDefault(session.Tunnel);
            // Left open, it would be a session that nobody hears, and its daemon would not know to call again once this one has gone.
            // Not waited for, and never after its Close: its call may dispose of it then.
            if (held is { Sight.Connected: true })
                _ = held.Session.ReplaceAsync();
            DaemonSight? before = held?.Sight;
            // A daemon that comes back keeps what it said; another one starts from nothing.
            bool same = before?.Hello.InstanceId == session.Hello.InstanceId;
            var sight = new DaemonSight(session.Hello, Connected: true, clock.GetUtcNow());
            if (same)
                sight = before! with { Hello = session.Hello, Connected = true, Since = sight.Since };
            _entries[session.Tunnel] = new Entry(session, sight);
            last = sight.LastSequence;
        }

        _changed(session.Tunnel);
        return last;
    }

    /// <summary>Notes the end of a session, unless a newer one of the tunnel has replaced it.</summary>
    public void Close(DaemonSession session) =>
        Update(session, sight => sight with { Connected = false, Since = clock.GetUtcNow() }, tell: true);

    public void Report(DaemonSession session, ulong sequence, TunnelReport report) =>
        Update(session, sight => sight with { Report = report, LastSequence = sequence }, tell: true);

    /// <summary>Keeps counters without telling: the status takes them up when it is written next.</summary>
    public void Count(DaemonSession session, Counters counters) => Update(session, sight => sight with { Counters = counters }, tell: false);

    public void TornDown(DaemonSession session) => Update(session, sight => sight with { TornDown = true }, tell: true);

    /// <summary>What is known of a tunnel's daemon, or null.</summary>
    public DaemonSight? Find(NamespacedName tunnel)
    {
        lock (_lock)
            return _entries.GetValueOrDefault(tunnel)?.Sight;
    }

    /// <summary>The open session of a tunnel, to send something to its daemon.</summary>
    public bool TryGetSession(NamespacedName tunnel, [NotNullWhen(true)] out DaemonSession? session)
    {
        lock (_lock)
        {
            session = _entries.GetValueOrDefault(tunnel) is { Sight.Connected: true } entry ? entry.Session : null;
            return session is not null;
        }
    }

    /// <summary>Forgets a tunnel that is gone.</summary>
    public void Forget(NamespacedName tunnel)
    {
        lock (_lock)
            _entries.Remove(tunnel);
    }

    private void Update(DaemonSession session, Func<DaemonSight, DaemonSight> change, bool tell)
    {
        lock (_lock)
        {
            if (_entries.GetValueOrDefault(session.Tunnel) is not { } entry || entry.Session != session)
                return;
            _entries[session.Tunnel] = entry with { Sight = change(entry.Sight) };
        }

        if (tell)
            _changed(session.Tunnel);
    }

    private sealed record Entry(DaemonSession Session, DaemonSight Sight);
}

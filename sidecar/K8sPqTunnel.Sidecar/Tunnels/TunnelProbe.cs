using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Probes the tunnel's inside while a child SA is up, and puts each change of the answer onto the board.</summary>
internal sealed class TunnelProbe(
    ProbeSettings settings, IDataplane dataplane, TunnelBoard board, TimeProvider time, ILogger<TunnelProbe> log) : IDisposable
{
    private const string Impossible = "ProbeImpossible";

    /// <summary>Until a probe that could not be begun is tried again: somebody may have given the host the address, or the way, that it lacked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private DataPathProbe? _probe;
    private ITimer? _again;
    private string? _whyNot;

    /// <summary>Begins at once with the first probe; nothing where it runs already. What keeps it from beginning is told, and tried again.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _again ??= time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Begin();
        }
    }

    private void Retry()
    {
        lock (_lock)
        {
            // It may have been stopped while this waited for the lock.
            if (_again is not null)
                Begin();
        }
    }

    /// <summary>Under the lock.</summary>
    private void Begin()
    {
        try
        {
            _probe ??= dataplane.StartProbe(Options(), time, new SystemRandomSource());
            if (_whyNot is not null)
                Forget();
        }
        catch (NotSupportedException e)
        {
            if (_whyNot != e.Message)
                log.Failed(Impossible, e.Message);
            _whyNot = e.Message;
            if (board.Current.LastError?.Reason != Impossible || !board.Current.LastError.Message.Contains(e.Message, StringComparison.Ordinal))
                board.Update(tunnel => tunnel with { LastError = new FailureSnapshot(Impossible, $"tunnel \"{tunnel.Name}\": {e.Message}.", time.GetUtcNow()) });
            _again?.Change(Patience, Timeout.InfiniteTimeSpan);
        }
    }

    private void Forget()
    {
        _whyNot = null;
        board.Update(tunnel => tunnel.LastError?.Reason == Impossible ? tunnel with { LastError = null } : tunnel);
    }

    private ProbeOptions Options() => new(settings.Target)
    {
        Protocol = settings.Protocol switch
        {
            Api.Resources.ProbeProtocol.Udp => ProbeProtocol.Udp,
            Api.Resources.ProbeProtocol.Tcp => ProbeProtocol.Tcp,
            _ => ProbeProtocol.Icmp,
        },
        Port = settings.Port,
        Interval = settings.Interval,
        StateChanged = Publish,
    };

    /// <summary>Without an SA there is nothing to ask.</summary>
    public void Stop()
    {
        DataPathProbe? probe;
        lock (_lock)
        {
            probe = _probe;
            _probe = null;
            _again?.Dispose();
            _again = null;
        }
        if (probe is null)
            return;
        probe.Dispose();
        board.Update(tunnel => tunnel with { Probe = Unprobed() });
    }

    public State.ProbeSnapshot Snapshot()
    {
        DataPathProbe? probe = Volatile.Read(ref _probe);
        return probe is null ? Unprobed() : Translate(probe.Snapshot);
    }

    public void Dispose() => Stop();

    private void Publish(Dataplane.Probing.ProbeSnapshot snapshot)
    {
        if (snapshot.State == DataPathState.Healthy)
            log.ProbeHealthy(settings.Target);
        else if (snapshot.State == DataPathState.Unhealthy)
            log.ProbeUnhealthy(settings.Target);
        board.Update(tunnel => tunnel with { Probe = Translate(snapshot) });
    }

    private State.ProbeSnapshot Unprobed() => State.ProbeSnapshot.None with { Target = settings.Target.ToString() };

    private State.ProbeSnapshot Translate(Dataplane.Probing.ProbeSnapshot snapshot) => new(
        snapshot.State switch
        {
            DataPathState.Healthy => ProbeState.Healthy,
            DataPathState.Unhealthy => ProbeState.Unhealthy,
            _ => ProbeState.Unprobed,
        },
        settings.Target.ToString(),
        (long?)snapshot.LastRoundTrip?.TotalMicroseconds,
        (long?)snapshot.Jitter?.TotalMicroseconds,
        snapshot.Loss);
}

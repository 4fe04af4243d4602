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
    private readonly Lock _lock = new();
    private DataPathProbe? _probe;
    private bool _isImpossible;

    /// <summary>Begins at once with the first probe; nothing where it runs already.</summary>
    public void Start()
    {
        if (_isImpossible)
            return;
        try
        {
            lock (_lock)
                _probe ??= dataplane.StartProbe(
                    Options(), time, new SystemRandomSource());
        }
        catch (NotSupportedException e)
        {
            _isImpossible = true;
            log.Failed("ProbeImpossible", e.Message);
            board.Update(tunnel => tunnel with { LastError = new FailureSnapshot("ProbeImpossible", $"tunnel \"{tunnel.Name}\": {e.Message}.", time.GetUtcNow()) });
        }
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

using System.Collections.Concurrent;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Keeps a NAT on our side from forgetting us: one octet to each peer now and then (RFC 3948 4).</summary>
/// <param name="interval">Time between two.</param>
/// <param name="send">Sends a keepalive along a path.</param>
internal sealed class NatKeepalive(TimeSpan interval, Action<PeerPath> send, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, ITimer> _timers = new(StringComparer.Ordinal);

    /// <summary>Begins for a connection's peer, in place of the path before.</summary>
    public void Start(string connection, PeerPath path)
    {
        Stop(connection);
        _timers[connection] = time.CreateTimer(_ => send(path), state: null, interval, interval);
    }

    public void Stop(string connection)
    {
        if (_timers.TryRemove(connection, out ITimer? timer))
            timer.Dispose();
    }

    public void Dispose()
    {
        foreach (string connection in _timers.Keys)
            Stop(connection);
    }
}

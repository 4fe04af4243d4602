using System.Net;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Keeps a NAT on our side from forgetting us: one octet to the peer now and then (RFC 3948 4).</summary>
/// <param name="interval">Time between two.</param>
/// <param name="send">Sends a keepalive to the peer's shared port.</param>
internal sealed class NatKeepalive(TimeSpan interval, Action<IPEndPoint> send, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;

    /// <summary>Begins for this peer, in place of the one before.</summary>
    public void Start(IPEndPoint peer)
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = time.CreateTimer(_ => send(peer), state: null, interval, interval);
        }
    }

    public void Stop()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    public void Dispose() => Stop();
}

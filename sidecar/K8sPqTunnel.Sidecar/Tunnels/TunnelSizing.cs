using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Keeps a tunnel's packets as large as the path outside carries, and says on the board how large that is.</summary>
internal sealed class TunnelSizing(string tunnel, IDataplane dataplane, TunnelBoard board, TimeProvider time, ILogger<TunnelSizing> log) : IAsyncDisposable
{
    /// <summary>
    /// The kernel takes note at once of a router that asks for smaller packets, and meanwhile fragments outside what is too large; nobody
    /// tells us of it.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private TunnelSize? _published;

    /// <summary>Begins to look; the tunnel's guard stands.</summary>
    public void Start()
    {
        Publish();
        _timer ??= time.CreateTimer(_ => Follow(), state: null, Pause, Pause);
    }

    /// <summary>Puts the size onto the board where it has changed.</summary>
    public void Publish()
    {
        TunnelSize size;
        TunnelSize? before;
        lock (_lock)
        {
            size = dataplane.Size;
            before = _published;
            if (size == before)
                return;
            _published = size;
        }

        if (before is not null)
            log.SizeChanged(tunnel, before.Mtu, size.Mtu, size.Path);
        board.Update(snapshot => snapshot with { Mtu = size.Mtu, PathMtu = size.Path });
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
    }

    private void Follow()
    {
        try
        {
            dataplane.FollowPath(probed: null);
            Publish();
        }
        catch (IOException e)
        {
            // The next look may go better; a lost interface tells of itself.
            log.SizeUnknown(tunnel, e.Message);
        }
    }
}

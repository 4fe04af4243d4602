using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Keeps a tunnel's packets as large as the path outside carries, and says on the board how large that is.</summary>
/// <param name="askForProbes">Has <see cref="Probe"/> called for each of the tunnel's connections; null where the path is not to be probed.</param>
/// <param name="interval">How often what the path carries is made sure of; null for the usual.</param>
internal sealed class TunnelSizing(
    string tunnel, Action? askForProbes, IDataplane dataplane, TunnelBoard board, TimeProvider time, ILogger<TunnelSizing> log,
    TimeSpan? interval = null) : IAsyncDisposable
{
    /// <summary>
    /// The kernel takes note at once of a router that asks for smaller packets, and meanwhile fragments outside what is too large; nobody
    /// tells us of it.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a peer may stay silent and still count as alive: then nobody will tell what became of a probe.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, PathSearch> _searches = new(StringComparer.Ordinal);
    private readonly long _epoch = time.GetTimestamp();
    private ITimer? _timer;
    private TunnelSize? _published;

    private TimeSpan Now => time.GetElapsedTime(_epoch);

    /// <summary>Begins to look; the tunnel's guard stands.</summary>
    public void Start()
    {
        Publish();
        _timer ??= time.CreateTimer(_ => Look(), state: null, Pause, Pause);
    }

    /// <summary>Puts the size, and that of each child SA, onto the board where it has changed.</summary>
    public void Publish()
    {
        PublishTunnel();
        Dictionary<string, int> fitting = dataplane.Fitting.ToDictionary(one => one.Key.ToString(), one => one.Value, StringComparer.Ordinal);
        if (board.Current.Children.Any(child => child.Mtu != fitting.GetValueOrDefault(child.InboundSpi, child.Mtu)))
        {
            board.Update(snapshot => snapshot with
            {
                Children = [.. snapshot.Children.Select(child => child with { Mtu = fitting.GetValueOrDefault(child.InboundSpi, child.Mtu) })],
            });
        }
    }

    private void PublishTunnel()
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

    /// <summary>Asks the peer about the path where it is time to. On the endpoint's thread.</summary>
    public void Probe(IkeConnection connection, TimeSpan now)
    {
        int? wanted;
        lock (_lock)
        {
            if (!_searches.TryGetValue(connection.Name, out PathSearch? search))
                return;
            search.Follow(dataplane.KnownPath);
            wanted = search.Next(Now);
            if (wanted is not null)
                search.Postpone(Now + LostAfter);
        }

        if (wanted is { } size && !connection.TryProbePath(now, size))
            Postpone(connection.Name);
    }

    /// <summary>Takes note of where the connections' peers are, and of what they answer. On the endpoint's thread.</summary>
    public void Take(IkeEvent ikeEvent)
    {
        if (ikeEvent is ChildUp)
            Publish();
        if (askForProbes is null)
            return;
        switch (ikeEvent)
        {
            case IkeSaEstablished established:
                Begin(established.Connection, established.Path, isNew: false);
                break;
            case PathChanged moved:
                Begin(moved.Connection, moved.To, isNew: true);
                break;
            case PathProbed probed:
                Judge(probed);
                break;
            case ConnectionStateChanged { State: not ConnectionState.Established } change:
                lock (_lock)
                    _searches.Remove(change.Connection);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
    }

    private void Begin(string connection, PeerPath path, bool isNew)
    {
        lock (_lock)
        {
            // RFC 9329: in TCP, packets have no size of ours.
            if (path.IsTcp || isNew)
                _searches.Remove(connection);
            if (!path.IsTcp)
                _searches.TryAdd(connection, new PathSearch(LeastOf(path), dataplane.KnownPath, interval));
        }
    }

    private static int LeastOf(PeerPath path) =>
        path.Remote.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? PathMtu.SmallestOfIpv6 : PathMtu.SmallestOfIpv4;

    private void Judge(PathProbed probed)
    {
        lock (_lock)
        {
            if (!_searches.TryGetValue(probed.Connection, out PathSearch? search))
                return;
            search.Take(Now, probed.Wanted, probed.Sent, probed.Passed);
        }

        log.PathProbed(tunnel, probed.Sent, probed.Passed ? "arrived" : "was lost");
        Follow();
        askForProbes?.Invoke();
    }

    private void Postpone(string connection)
    {
        lock (_lock)
        {
            if (_searches.TryGetValue(connection, out PathSearch? search))
                search.Postpone(Now + Pause);
        }
    }

    private void Look()
    {
        Follow();
        askForProbes?.Invoke();
    }

    private void Follow()
    {
        int? probed;
        lock (_lock)
            probed = _searches.Count == 0 ? null : _searches.Values.Min(search => search.Usable);
        try
        {
            dataplane.FollowPath(probed);
            Publish();
        }
        catch (IOException e)
        {
            // The next look may go better; a lost interface tells of itself.
            log.SizeUnknown(tunnel, e.Message);
        }
    }
}

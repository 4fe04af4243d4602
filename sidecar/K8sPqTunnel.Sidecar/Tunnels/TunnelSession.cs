using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Mobility;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>A tunnel's IKE connection at the hub, or, where the peer's address is not known beforehand, those of all peers that have come.</summary>
internal sealed class TunnelSession
{
    private readonly IkeHub _hub;
    private ConnectionConfig _config;
    private readonly IkeEnvironment _environment;
    private readonly bool _fallsBack;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Both belong to the endpoint's thread.
    private readonly HashSet<string> _closing = new(StringComparer.Ordinal);
    private TransportRace? _race;

    /// <summary>Makes nothing yet.</summary>
    /// <param name="fallsBack">TCP is tried where UDP gets no answer.</param>
    public TunnelSession(IkeHub hub, ConnectionConfig config, IkeEnvironment environment, bool fallsBack)
    {
        _fallsBack = fallsBack;
        _hub = hub;
        _config = config;
        _environment = environment;
    }

    /// <summary>Datagrams that the connection dropped; none until it is there, and where there may be many.</summary>
    public IReadOnlyList<DropCounters> Drops => [.. Volatile.Read(ref _race)?.Drops.Where(drops => drops != _hub.Drops) ?? []];

    /// <summary>TCP has taken UDP's place.</summary>
    public bool HasFallenBack => Volatile.Read(ref _race)?.HasFallenBack ?? false;

    private bool IsPattern => _config.RemoteAddresses.Count == 0;

    /// <summary>Begins, or waits, as the configuration says.</summary>
    public void Start() => _hub.Ask(Begin);

    /// <summary>Has each connection do something at its next turn. From any thread.</summary>
    public void Ask(Action<IkeConnection, TimeSpan> wish) => _hub.Ask((endpoint, now) =>
    {
        foreach (IkeConnection connection in Connections(endpoint))
            wish(connection, now);
    });

    /// <summary>The same; returns when it is done.</summary>
    public Task AskAsync(Action<IkeConnection, TimeSpan> wish) => _hub.AskAsync((endpoint, now) =>
    {
        foreach (IkeConnection connection in Connections(endpoint))
            wish(connection, now);
    });

    /// <summary>Has both ends prove themselves by other means from now on: see <see cref="IkeConnection.TakeCredentials"/>. From any thread.</summary>
    public Task TakeCredentialsAsync(Func<ConnectionConfig, ConnectionConfig> authentication) => _hub.AskAsync((endpoint, now) =>
    {
        if (IsPattern)
        {
            _config = endpoint.TakeCredentials(now, _config, authentication);
            return;
        }

        _config = authentication(_config);
        _race?.TakeCredentials(now, authentication);
    });

    /// <summary>Takes note of a connection's state. On the endpoint's thread.</summary>
    public void Notice(ConnectionStateChanged change)
    {
        if (change.State == ConnectionState.Closed && _closing.Remove(change.Connection) && _closing.Count == 0)
            _closed.TrySetResult();
    }

    /// <summary>Says goodbye to the peers, waits for their answers, and removes what is left.</summary>
    /// <param name="patience">The longest wait.</param>
    public async Task CloseAsync(TimeSpan patience)
    {
        await _hub.AskAsync(BeginClosing);
        await Task.WhenAny(_closed.Task, _hub.Ended, Task.Delay(patience));
        await _hub.AskAsync((endpoint, _) =>
        {
            foreach (IkeConnection connection in Connections(endpoint))
                endpoint.Remove(connection);
        });
    }

    /// <summary>Removes the connections without a word to the peers.</summary>
    /// <param name="leave">Called on the endpoint's thread before: has the data plane keep its SAs.</param>
    /// <returns>What that returned.</returns>
    public async Task<int> LeaveAsync(Func<int> leave)
    {
        int left = 0;
        await _hub.AskAsync((endpoint, _) =>
        {
            left = leave();
            endpoint.RemovePattern(_config);
            if (_race is not null)
                _hub.Unfollow(_race);
            foreach (IkeConnection connection in Connections(endpoint))
                endpoint.Remove(connection);
        });
        return left;
    }

    private void Begin(IkeEndpoint endpoint, TimeSpan now)
    {
        if (!IsPattern)
        {
            var race = new TransportRace(endpoint, _config, _environment, _fallsBack);
            Volatile.Write(ref _race, race);
            _hub.Follow(race);
            race.Start(now);
        }
        else if (endpoint.AddPattern(_config, _ => _environment) is { } failure)
        {
            _environment.Output.Report(new ConnectionFailed(_config.Name, failure, RetryIn: null));
        }
        else
        {
            _environment.Output.Report(new ConnectionStateChanged(_config.Name, ConnectionState.Listening));
        }
    }

    private void BeginClosing(IkeEndpoint endpoint, TimeSpan now)
    {
        endpoint.RemovePattern(_config);
        IReadOnlyList<IkeConnection> connections = Connections(endpoint);
        foreach (IkeConnection connection in connections)
            _closing.Add(connection.Name);
        foreach (IkeConnection connection in connections)
        {
            if (_race is null)
                connection.Close(now);
        }

        _race?.Close(now);
        if (_race is not null)
            _hub.Unfollow(_race);
        if (_closing.Count == 0)
            _closed.TrySetResult();
    }

    private IReadOnlyList<IkeConnection> Connections(IkeEndpoint endpoint) =>
        IsPattern ? endpoint.ConnectionsOf(_config) : _race is { } race ? [race.Leader] : [];
}

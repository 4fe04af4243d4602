using System.Net;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;

namespace K8sPqTunnel.Ike;

/// <summary>
/// Keeps one configured peer connected: begins, tries again after failures, replaces the IKE SA before it gets too old, make
/// before break, and closes.
/// </summary>
/// <remarks>
/// No I/O and no clock: <c>now</c> is any monotonic time that never goes back. Not for two threads at once. After every call,
/// <see cref="NextDeadline"/> says when <see cref="Advance"/> is due.
/// </remarks>
public sealed class IkeConnection : IDisposable
{
    // An SA is replaced when this part of its lifetime is over, less a random part so that many do not fall together.
    private const double ReplaceAt = 0.9;
    private const double Spread = 0.1;

    // Headers, IV and ICV of the largest algorithms, and room for something to carry.
    private const int SmallestFragment = 256;

    private readonly ConnectionConfig _config;
    private readonly IkeEnvironment _environment;

    // All that live: the active one, the one that is being negotiated, and those on their way out. A handful at most.
    private readonly List<IkeSession> _sessions = [];
    private IReadOnlyList<IkeProposal> _offer = [];
    private IkeSession? _active;
    private IkeSession? _attempt;
    private TimeSpan? _attemptAt;
    private int _failures;
    private int _address;

    /// <exception cref="ArgumentException">No address, no ESP proposal or no selector: a configuration that nobody validated.</exception>
    public IkeConnection(ConnectionConfig config, IkeEnvironment environment)
    {
        if (config.RemoteAddresses.Count == 0 || config.EspProposals.Count == 0 ||
            config.LocalSelectors.Count == 0 || config.RemoteSelectors.Count == 0)
            throw new ArgumentException($"connection \"{config.Name}\" needs an address, an ESP proposal and selectors", nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThan(config.FragmentIpSize, SmallestFragment, nameof(config));
        _config = config;
        _environment = environment;
    }

    public string Name => _config.Name;

    public ConnectionState State { get; private set; }

    /// <summary>Datagrams that were dropped.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>When <see cref="Advance"/> has something to do, if nothing is received before; null: never.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? first = _attemptAt;
            foreach (IkeSession session in _sessions)
            {
                if (session.NextDeadline is { } deadline && !(first <= deadline))
                    first = deadline;
            }

            return first;
        }
    }

    /// <summary>Whether an IKE message with these SPIs belongs to one of this connection's IKE SAs.</summary>
    public bool Owns(IkeSpi initiator, IkeSpi responder) => Find(initiator, responder) is not null;

    /// <summary>Begins to connect. What becomes of it is reported as events.</summary>
    public void Start(TimeSpan now)
    {
        if (State != ConnectionState.Idle)
            throw new InvalidOperationException($"connection \"{Name}\" has been started before");

        if (Offer.TryMake(_config, _environment.Crypto, out _offer) is { } failure)
        {
            Report(new ConnectionFailed(Name, failure, RetryIn: null));
            MoveTo(ConnectionState.Failed);
            return;
        }

        BeginAttempt(now);
        MoveTo(ConnectionState.Connecting);
    }

    /// <summary>Takes one IKE message.</summary>
    /// <param name="path">Where it came in: our address and port, the sender's.</param>
    /// <param name="message">Without non-ESP marker; any length, any content.</param>
    public void Receive(TimeSpan now, in UdpPath path, ReadOnlySpan<byte> message)
    {
        if (!IkeSpi.TryReadPair(message, out IkeSpi initiator, out IkeSpi responder))
            Drops.Count(DropReason.MalformedHeader);
        else if (Find(initiator, responder) is not { } session)
            Drops.Count(DropReason.NotOurs);
        else
            session.Receive(now, path, message);
        Settle(now);
    }

    /// <summary>Does what is due: repeats, liveness checks, new attempts, replacement of old SAs.</summary>
    public void Advance(TimeSpan now)
    {
        foreach (IkeSession session in _sessions)
            session.Advance(now);
        Settle(now);
        if (_attemptAt <= now)
            BeginAttempt(now);
    }

    /// <summary>
    /// Removes the child SAs at once and tells the peer. <see cref="ConnectionState.Closed"/> is reported when it has confirmed,
    /// or has let some repeats go by.
    /// </summary>
    public void Close(TimeSpan now)
    {
        if (State is ConnectionState.Closing or ConnectionState.Closed)
            return;
        MoveTo(ConnectionState.Closing);
        _attemptAt = null;
        foreach (IkeSession session in _sessions)
        {
            session.Sa.RemoveChildren();
            session.Delete(now);
        }

        Settle(now);
    }

    /// <summary>Removes what is left and zeroes all keys. Sends nothing.</summary>
    public void Dispose()
    {
        foreach (IkeSession session in _sessions)
        {
            session.Sa.Die(failure: null);
            session.Dispose();
        }

        _sessions.Clear();
        _active = _attempt = null;
        _attemptAt = null;
    }

    internal IkeSa? Newest => (_attempt ?? _active)?.Sa;

    private IkeSession? Find(IkeSpi initiator, IkeSpi responder)
    {
        foreach (IkeSession session in _sessions)
        {
            if (session.Sa.InitiatorSpi == initiator && (session.Sa.ResponderSpi.IsZero || session.Sa.ResponderSpi == responder))
                return session;
        }

        return null;
    }

    private void BeginAttempt(TimeSpan now)
    {
        _attemptAt = null;
        if (_attempt is not null)
            return;
        IPAddress remote = _config.RemoteAddresses[_address % _config.RemoteAddresses.Count];
        var path = new UdpPath(
            new IPEndPoint(_config.LocalAddress, UdpPath.IkePort), new IPEndPoint(remote, UdpPath.IkePort));
        if (!_config.HasIkePort)
            path = path.OnSharedPorts(_config.LocalNatTraversalPort);
        _attempt = new IkeSession(new IkeSa(_config, _environment, Drops, path, _offer, initialContact: _active is null));
        _sessions.Add(_attempt);
        _attempt.Start(now);
        if (_active is null)
            MoveTo(ConnectionState.Connecting);
    }

    /// <summary>Draws the conclusions from what has become of the SAs.</summary>
    private void Settle(TimeSpan now)
    {
        if (_attempt is { IsDead: true } failed)
        {
            _attempt = null;
            AttemptFailed(now, failed.Sa.Failure);
        }
        else if (_attempt is { Sa.State: IkeSaState.Established } established)
        {
            _attempt = null;
            TakeOver(now, established);
        }

        if (_active is { IsDead: true } lost)
        {
            _active = null;
            ActiveLost(now, lost.Sa.Failure);
        }
        else if (_active is { Sa.NeedsReplacement: true } wanting && _failures == 0 && State != ConnectionState.Closing)
        {
            BeginAttempt(now);
            if (wanting.Sa.Children.Count == 0)
                MoveTo(ConnectionState.Connecting);
        }

        for (int i = _sessions.Count - 1; i >= 0; i--)
        {
            if (!_sessions[i].IsDead)
                continue;
            _sessions[i].Dispose();
            _sessions.RemoveAt(i);
        }

        if (State == ConnectionState.Closing && _sessions.Count == 0)
            MoveTo(ConnectionState.Closed);
    }

    private void AttemptFailed(TimeSpan now, IkeFailure? failure)
    {
        if (failure is null || State == ConnectionState.Closing)
            return;
        if (failure.Reason == FailureReason.PeerUnreachable)
            _address++;
        TryLater(now, failure);
    }

    private void TakeOver(TimeSpan now, IkeSession successor)
    {
        // The new child carries the traffic already; the old one receives until its deletion is confirmed.
        _active?.Delete(now);
        _active = successor;
        _failures = 0;
        TimeSpan lifetime = _config.IkeLifetime < _config.ChildLifetime ? _config.IkeLifetime : _config.ChildLifetime;
        _attemptAt = now + lifetime * (ReplaceAt - Spread * Chance());
        if (State != ConnectionState.Closing)
            MoveTo(ConnectionState.Established);
    }

    private void ActiveLost(TimeSpan now, IkeFailure? failure)
    {
        if (State == ConnectionState.Closing)
            return;
        if (_attempt is not null)
            MoveTo(ConnectionState.Connecting);
        else if (failure is not null)
            TryLater(now, failure);
    }

    private void TryLater(TimeSpan now, IkeFailure failure)
    {
        _failures++;
        TimeSpan wait = _config.Retry.WaitAfter(_failures) * (1 - Spread * Chance());
        _attemptAt = now + wait;
        Report(new ConnectionFailed(Name, failure, wait));
        if (_active is null)
            MoveTo(ConnectionState.Waiting);
    }

    /// <summary>0 to 1.</summary>
    private double Chance()
    {
        Span<byte> octet = stackalloc byte[1];
        _environment.Random.Fill(octet);
        return octet[0] / 255.0;
    }

    private void MoveTo(ConnectionState state)
    {
        if (State == state)
            return;
        State = state;
        Report(new ConnectionStateChanged(Name, state));
    }

    private void Report(IkeEvent ikeEvent) => _environment.Output.Report(ikeEvent);
}

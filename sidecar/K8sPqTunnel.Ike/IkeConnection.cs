using System.Net;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Mobility;
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
    // Headers, IV and ICV of the largest algorithms, and room for something to carry.
    private const int SmallestFragment = 256;

    private ConnectionConfig _config;
    private readonly IkeEnvironment _environment;
    private readonly AttemptSchedule _schedule;

    // All that live: the active one, the one that is being negotiated, and those on their way out. A handful at most.
    private readonly List<IkeSession> _sessions = [];
    private IReadOnlyList<IkeProposal> _offer = [];
    private IkeSession? _active;
    private IkeSession? _attempt;
    private Twins? _twins;

    // Begun by peers, up, and without a child so far (RFC 6023).
    private readonly List<IkeSession> _childless = [];
    private TimeSpan _quietUntil;
    private readonly RedirectTrail _redirects = new();
    private int _address;

    /// <exception cref="ArgumentException">No address, no ESP proposal or no selector: a configuration that nobody validated.</exception>
    public IkeConnection(ConnectionConfig config, IkeEnvironment environment)
    {
        if ((config.RemoteAddresses.Count == 0 && config.StartAction != StartAction.None) || config.EspProposals.Count == 0 ||
            config.LocalSelectors.Count == 0 || config.RemoteSelectors.Count == 0)
            throw new ArgumentException($"connection \"{config.Name}\" needs an address, an ESP proposal and selectors", nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThan(config.FragmentIpSize, SmallestFragment, nameof(config));
        _config = config;
        _environment = environment;
        _schedule = new AttemptSchedule(config.Retry, environment.Random);
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
            TimeSpan? first = _twins?.Due < _schedule.Due || _schedule.Due is null ? _twins?.Due : _schedule.Due;
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

    /// <summary>Begins to connect, or to wait, as <see cref="ConnectionConfig.StartAction"/> says. What becomes of it is reported as events.</summary>
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

        if (_config.StartAction == StartAction.Start)
            BeginAttempt(now);
        else
            MoveTo(ConnectionState.Listening);
        Changed();
    }

    /// <summary>
    /// There is something to send and no SA for it: begins, where <see cref="StartAction.Trap"/> has it so. Does nothing while something
    /// is up or under way, nor too soon after a failure.
    /// </summary>
    public void Trigger(TimeSpan now)
    {
        if (_config.StartAction != StartAction.Trap || State != ConnectionState.Listening || now < _quietUntil)
            return;
        BeginAttempt(now);
        Changed();
    }

    /// <summary>Takes one IKE message.</summary>
    /// <param name="path">Where it came in: our address and port, the sender's.</param>
    /// <param name="message">Without non-ESP marker; any length, any content.</param>
    public void Receive(TimeSpan now, in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (!IkeSpi.TryReadPair(message, out IkeSpi initiator, out IkeSpi responder))
            Drops.Count(DropReason.MalformedHeader);
        else if (Find(initiator, responder) is not { } session)
            Drops.Count(DropReason.NotOurs);
        else
            session.Receive(now, path, message);
        Settle(now);
        Changed();
    }

    /// <summary>Takes what a check of certificates has come to. One that nobody waits for any more is passed over.</summary>
    public void Complete(TimeSpan now, CertificateCheck check, CertificateVerdict verdict)
    {
        _sessions.Find(session => session.Sa.Handshake.Check == check)?.Resume(now, verdict);
        Settle(now);
        Changed();
    }

    /// <summary>Does what is due: repeats, liveness checks, new attempts, replacement of old SAs.</summary>
    public void Advance(TimeSpan now)
    {
        foreach (IkeSession session in _sessions)
            session.Advance(now);
        if (_twins?.Due <= now)
        {
            _twins.Part(now);
            _twins = null;
        }

        Settle(now);
        if (_schedule.Due <= now)
            BeginAttempt(now);
        Changed();
    }

    /// <summary>
    /// Asks for fresh keys: a new IKE SA takes over, make before break. For a data plane whose outbound sequence number comes near
    /// its end (RFC 4303 3.3.3). Does nothing while that is planned or not over yet, nor where nothing is up.
    /// </summary>
    public void Renew(TimeSpan now)
    {
        bool isUnderWay = _attempt is not null || _sessions.Exists(s => s != _active && s.Sa.State == IkeSaState.Established);
        if (_active is null || isUnderWay || State == ConnectionState.Closing)
            return;
        _schedule.Renew(now);
        if (_schedule.Due <= now)
            BeginAttempt(now);
        Changed();
    }

    /// <summary>The newest authentic packet of a child came over another path than the one before.</summary>
    /// <param name="inbound">Our SPI of the child.</param>
    /// <param name="path">Where it came in.</param>
    public void PeerMoved(EspSpi inbound, in PeerPath path)
    {
        foreach (IkeSession session in _sessions)
        {
            if (session.Sa.Children.FindInbound(inbound) is { } child)
                PathFollowing.ByEsp(session.Sa, child.Sa, path);
        }
    }

    /// <summary>Has child SAs rekeyed now (RFC 7296 1.3.3). Nothing where that is under way, or none is up.</summary>
    /// <param name="inbound">Our SPI of the one that is meant; null for all.</param>
    public void RekeyChild(TimeSpan now, EspSpi? inbound = null)
    {
        foreach (IkeSession session in _sessions)
        {
            foreach (Child child in session.Sa.Children.ToArray())
            {
                if (inbound is null || child.Sa.InboundSpi == inbound)
                    session.Rekey(now, child);
            }
        }

        Settle(now);
        Changed();
    }

    /// <summary>The peer uses a child SA: where it is the successor of another, our traffic may turn to it too (RFC 7296 2.8).</summary>
    /// <param name="inbound">Our SPI of the child that the first packet came in by.</param>
    public void InboundUsed(TimeSpan now, EspSpi inbound)
    {
        foreach (IkeSession session in _sessions)
        {
            if (session.Sa.Children.FindInbound(inbound) is not { } child)
                continue;
            child.IsConfirmed = true;
            if (child is { TurnAt: null, Predecessor: not null, State: not ChildState.Rekeyed })
                session.Sa.Children.TurnFrom(child.Predecessor, child);
        }

        Settle(now);
        Changed();
    }

    /// <summary>Has the IKE SA rekeyed now. Nothing where that is under way, or none is up.</summary>
    public void RekeyIke(TimeSpan now)
    {
        _active?.RekeyIke(now);
        Settle(now);
        Changed();
    }

    /// <summary>We have another address and shared port: what is up goes along, by MOBIKE, and what is to come begins there.</summary>
    /// <returns>False where nothing is up, or something that cannot go along: close this connection and begin another.</returns>
    public bool TryMoveTo(TimeSpan now, IPEndPoint local)
    {
        IkeSession[] up = [.. _sessions.Where(session => session.Sa.State == IkeSaState.Established)];
        if (up.Length == 0 || !up.All(session => session.Sa.Mobility.IsAgreed))
            return false;
        _config = _config with { LocalAddress = local.Address, LocalNatTraversalPort = local.Port };
        bool moved = Array.TrueForAll(up, session => session.TryMoveTo(now, local));
        Changed();
        return moved;
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
        _schedule.Clear();
        foreach (IkeSession session in _sessions)
        {
            session.Sa.Children.Clear();
            session.Delete(now);
        }

        Settle(now);
        Changed();
    }

    /// <summary>Removes what is left and zeroes all keys. Sends nothing.</summary>
    public void Dispose()
    {
        foreach (IkeSession session in _sessions)
        {
            session.Sa.Die(failure: null);
            Endpoint?.Forget(session.Sa.LocalSpi);
            session.Dispose();
        }

        _sessions.Clear();
        _active = _attempt = null;
        _twins = null;
        _schedule.Clear();
        Changed();
    }

    internal ConnectionConfig Config => _config;

    internal IkeEnvironment Environment => _environment;

    /// <summary>Where its SAs are found by SPI and its deadlines are kept; null where it runs alone, and so only begins.</summary>
    internal IkeEndpoint? Endpoint { get; set; }

    /// <summary>A peer may begin.</summary>
    internal bool IsOpenToPeers => State is not (ConnectionState.Idle or ConnectionState.Failed or ConnectionState.Closing or ConnectionState.Closed);

    /// <summary>No SA is there, and none is planned.</summary>
    internal bool IsUnused => _sessions.Count == 0 && _schedule.Due is null;

    internal IkeSa? Newest => (_attempt ?? _active)?.Sa;

    /// <summary>Takes an SA over that a peer has begun and that is established.</summary>
    internal void Adopt(TimeSpan now, IkeSession session)
    {
        if (session.Sa.Handshake.PeerSaysInitialContact)
            DropForgotten(session);
        // The peer has no answer to ours from before it proved itself, so nothing of it can be up there.
        bool hasChild = session.Sa.Children.Count > 0;
        if (hasChild && _attempt is { Sa.State: < IkeSaState.Authenticating } late)
        {
            late.Sa.Die(failure: null);
            _attempt = null;
            _schedule.Clear();
        }
        else if (_attempt is not null)
        {
            _attempt.Sa.InitialContact = false;
        }

        Add(session);
        if (hasChild)
            TakeOver(now, session);
        else
            KeepChildless(now, session);
        Settle(now);
        Changed();
    }

    /// <summary>RFC 7296 2.4: what the peer says it has no knowledge of, it cannot have; unless it came up after the peer had begun to speak.</summary>
    private void DropForgotten(IkeSession successor)
    {
        foreach (IkeSession session in _sessions)
        {
            if (session.Origin?.EstablishedAt < successor.BeganAt)
                session.Sa.Die(failure: null);
        }
    }

    private void Add(IkeSession session)
    {
        session.Sa.Ending = () => Carrier(session)?.Sa.Children.TurnAll();
        _sessions.Add(session);
        Endpoint?.Register(session.Sa.LocalSpi, this);
    }

    private void Changed() => Endpoint?.Reschedule(this);

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
        _schedule.Clear();
        if (_attempt is not null)
            return;
        bool isAlone = !_sessions.Exists(session => session.Sa.State == IkeSaState.Established);
        _attempt = new IkeSession(IkeSa.Begin(_config, _environment, Drops, FirstPath(), _offer, initialContact: isAlone, _redirects.From));
        Add(_attempt);
        _attempt.Start(now);
        if (!CarriesTraffic)
            MoveTo(ConnectionState.Connecting);
    }

    private PeerPath FirstPath()
    {
        // Behind its NAT the peer hears us only where it spoke from.
        if (_redirects.Target is null && _active is { Sa: { Nat.PeerBehindNat: true } behindNat })
            return behindNat.Path;
        IPAddress remote = _redirects.Target ?? _config.RemoteAddresses[_address % _config.RemoteAddresses.Count];
        var path = new PeerPath(
            new IPEndPoint(_config.LocalAddress, PeerPath.IkePort), new IPEndPoint(remote, PeerPath.IkePort));
        if (_config.Tcp)
            return path.OnSharedPorts(_config.LocalNatTraversalPort) with { IsTcp = true };
        return _config.HasIkePort ? path : path.OnSharedPorts(_config.LocalNatTraversalPort);
    }

    /// <summary>Of several, the oldest carries our traffic: the peer has known it the longest. Of twins, the one that will stay.</summary>
    private IkeSession? Carrier(IkeSession? except)
    {
        if (_twins is { Kept: var kept } && kept != except && CanCarry(kept))
            return kept;
        foreach (IkeSession session in _sessions)
        {
            if (session != except && CanCarry(session))
                return session;
        }

        return null;
    }

    private static bool CanCarry(IkeSession session) => session.Sa is { State: IkeSaState.Established, Children.Count: > 0 };

    private bool CarriesTraffic => _active is { Sa.Children.Count: > 0 };

    /// <summary>Draws the conclusions from what has become of the SAs.</summary>
    private void Settle(TimeSpan now)
    {
        AdoptSuccessors(now);
        if (_attempt is { IsDead: true } failed)
        {
            _attempt = null;
            AttemptFailed(now, failed.Sa, failed.Sa.Failure);
        }
        else if (_attempt is { Sa: { State: IkeSaState.Established, NeedsReplacement: true } } childless)
        {
            _attempt = null;
            AttemptFailed(now, childless.Sa, childless.Sa.Wanted.Loss);
            childless.Delete(now);
        }
        else if (_attempt is { Sa.State: IkeSaState.Established } established && (CanCarry(established) || !CarriesTraffic))
        {
            // One without a child (RFC 6023) takes nothing over before it has one.
            _attempt = null;
            TakeOver(now, established);
        }

        TakeOverChildless(now);
        if (_active is { IsDead: true } lost)
        {
            _active = _sessions.Find(CanCarry);
            // Of twins, the peer may have deleted the one that we would have kept: that is as good.
            if (_active is null || _twins is null)
                TrafficLost(now, lost.Sa.Failure);
        }
        else if (_active is { Sa.State: IkeSaState.Deleting } expired)
        {
            // Nothing may run on keys that are too old, not even until the peer has confirmed.
            _active = null;
            expired.Sa.Children.Clear();
            TrafficLost(now, PeerErrors.LifetimeOver(expired.Sa, _config.IkeLifetime));
        }
        else if (_active is { Sa.NeedsReplacement: true } wanting)
        {
            wanting.Sa.NeedsReplacement = false;
            if (wanting.Sa.RedirectTo is { } other)
                Follow(now, wanting.Sa, other);
            if (CarriesTraffic)
                Renew(now);
            else
                TrafficLost(now, wanting.Sa.Wanted.Loss);
        }

        Carrier(except: null)?.Sa.Children.TurnAll();

        for (int i = _sessions.Count - 1; i >= 0; i--)
        {
            if (!_sessions[i].IsDead)
                continue;
            Endpoint?.Forget(_sessions[i].Sa.LocalSpi);
            _sessions[i].Dispose();
            _sessions.RemoveAt(i);
        }

        _active ??= _sessions.Find(CanCarry);
        if (CarriesTraffic && State is ConnectionState.Listening or ConnectionState.Connecting or ConnectionState.Waiting)
            MoveTo(ConnectionState.Established);
        if (State == ConnectionState.Closing && _sessions.Count == 0)
            MoveTo(ConnectionState.Closed);
    }

    /// <summary>Takes over what rekeys have made (RFC 7296 2.8).</summary>
    private void AdoptSuccessors(TimeSpan now)
    {
        for (int i = 0; i < _sessions.Count; i++)
        {
            while (_sessions[i].Sa.Succession.TryTakeBorn(out IkeSa? born))
            {
                var session = new IkeSession(born);
                Add(session);
                session.BeginLife(now, _sessions[i]);
                // Its rekey was under way when another took over, and is as superfluous as itself.
                if (_sessions[i].IsRetired)
                    session.Retire(now, now + Succession.Grace);
            }
        }

        while (_active?.Sa.Succession.Successor is { } successor)
            _active = SessionOf(successor);
        _twins?.Follow(SessionOf);
    }

    private IkeSession? SessionOf(IkeSa sa) => _sessions.Find(session => session.Sa == sa);

    private bool Follow(TimeSpan now, IkeSa sa, IPAddress target)
    {
        if (!_redirects.TryFollow(now, sa.Path.Remote.Address, target))
            return false;
        Report(new PeerRedirected(Name, sa.Path.Remote.Address, target));
        return true;
    }

    private void AttemptFailed(TimeSpan now, IkeSa sa, IkeFailure? failure)
    {
        if (failure is null || State == ConnectionState.Closing)
            return;
        if (sa.RedirectTo is { } target && Follow(now, sa, target))
        {
            BeginAttempt(now);
            return;
        }

        _redirects.GiveUp();
        if (failure.IsSilence)
            _address++;
        TryLater(now, failure);
    }

    private void TakeOver(TimeSpan now, IkeSession successor)
    {
        successor.BeginLife(now);
        _redirects.Arrive();
        if (_active is { Sa.State: IkeSaState.Established } other && Twins.Of(other, successor, now) is { } twins)
        {
            _twins = twins;
            _active = twins.Kept;
        }
        else
        {
            // The old child receives until its deletion is confirmed. What the peer replaces is the peer's to delete, and what has
            // children that the successor has yet to create stays for a while.
            bool isOurs = successor.Sa is { IsInitiator: true, Wanted.Missing: null };
            _active?.Retire(now, now + (isOurs ? _config.SuccessorDelay : Succession.Grace));
            _active = successor;
        }

        _schedule.Succeed(now, _config.IkeLifetime, replace: _config.Reauthenticates);
    }

    private void KeepChildless(TimeSpan now, IkeSession session)
    {
        session.BeginLife(now);
        _childless.Add(session);
    }

    /// <summary>An IKE SA without a child takes over when it gets one.</summary>
    private void TakeOverChildless(TimeSpan now)
    {
        _childless.RemoveAll(session => session.IsDead);
        if (_childless.Find(CanCarry) is not { } grown)
            return;
        _childless.Remove(grown);
        TakeOver(now, grown);
    }

    private void TrafficLost(TimeSpan now, IkeFailure? failure)
    {
        if (failure is null || State == ConnectionState.Closing)
            return;
        _schedule.Lose(now);
        if (_attempt is null)
        {
            TryLater(now, failure);
            return;
        }

        Report(new ConnectionFailed(Name, failure, RetryIn: TimeSpan.Zero));
        if (!CarriesTraffic)
            MoveTo(ConnectionState.Connecting);
    }

    private void TryLater(TimeSpan now, IkeFailure failure)
    {
        TimeSpan wait = _schedule.Retry(now);
        if (_config.StartAction == StartAction.Start || CarriesTraffic)
        {
            Report(new ConnectionFailed(Name, failure, wait));
            if (!CarriesTraffic)
                MoveTo(ConnectionState.Waiting);
            return;
        }

        // Somebody else gives the next sign: the peer, or traffic that wants to go.
        _schedule.Clear();
        _quietUntil = now + wait;
        Report(new ConnectionFailed(Name, failure, RetryIn: null));
        MoveTo(ConnectionState.Listening);
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

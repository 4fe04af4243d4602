using System.Net;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
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

    // RFC 791 3.1: what every host takes.
    private const int SmallestProbe = 576;

    private readonly SessionSet _sessions;
    private readonly Attempts _attempts;

    /// <exception cref="ArgumentException">No address, no ESP proposal or no selector: a configuration that nobody validated.</exception>
    public IkeConnection(ConnectionConfig config, IkeEnvironment environment)
    {
        if ((config.RemoteAddresses.Count == 0 && config.StartAction != StartAction.None) || config.EspProposals.Count == 0 ||
            config.LocalSelectors.Count == 0 || config.RemoteSelectors.Count == 0)
            throw new ArgumentException($"connection \"{config.Name}\" needs an address, an ESP proposal and selectors", nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThan(config.FragmentIpSize, SmallestFragment, nameof(config));
        Config = config;
        Environment = environment;
        _sessions = new SessionSet(this);
        _attempts = new Attempts(this, _sessions);
    }

    public string Name => Config.Name;

    public ConnectionState State { get; private set; }

    /// <summary>The peer has answered the newest IKE SA's first message, or has begun it itself.</summary>
    public bool IsAnswered => Newest is { State: not IkeSaState.Initiating };

    /// <summary>Datagrams that were dropped.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>When <see cref="Advance"/> has something to do, if nothing is received before; null: never.</summary>
    public TimeSpan? NextDeadline => _sessions.NextDeadline is { } first && !(_attempts.Due < first) ? first : _attempts.Due;

    /// <summary>Whether an IKE message with these SPIs belongs to one of this connection's IKE SAs.</summary>
    public bool Owns(IkeSpi initiator, IkeSpi responder) => _sessions.Find(initiator, responder) is not null;

    /// <summary>Begins to connect, or to wait, as <see cref="ConnectionConfig.StartAction"/> says. What becomes of it is reported as events.</summary>
    public void Start(TimeSpan now)
    {
        if (State != ConnectionState.Idle)
            throw new InvalidOperationException($"connection \"{Name}\" has been started before");

        if (_attempts.Prepare() is { } failure)
        {
            Report(new ConnectionFailed(Name, failure, RetryIn: null));
            MoveTo(ConnectionState.Failed);
            return;
        }

        BeginOrListen(now);
    }

    /// <summary>The same, where the offer is known: a pattern's is that of all connections made from it.</summary>
    internal void Start(TimeSpan now, IReadOnlyList<IkeProposal> offer)
    {
        _attempts.Prepare(offer);
        BeginOrListen(now);
    }

    /// <summary>
    /// There is something to send and no SA for it: begins, where <see cref="StartAction.Trap"/> has it so. Does nothing while something
    /// is up or under way, nor too soon after a failure.
    /// </summary>
    public void Trigger(TimeSpan now)
    {
        if (Config.StartAction != StartAction.Trap || State != ConnectionState.Listening)
            return;
        _attempts.Trigger(now);
        Changed();
    }

    /// <summary>Takes one IKE message.</summary>
    /// <param name="path">Where it came in: our address and port, the sender's.</param>
    /// <param name="message">Without non-ESP marker; any length, any content.</param>
    public void Receive(TimeSpan now, in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (!IkeSpi.TryReadPair(message, out IkeSpi initiator, out IkeSpi responder))
            Drops.Count(DropReason.MalformedHeader);
        else if (_sessions.Find(initiator, responder) is not { } session)
            Drops.Count(DropReason.NotOurs);
        else
            session.Receive(now, path, message);
        Settle(now);
        Changed();
    }

    /// <summary>Takes what a check of certificates has come to. One that nobody waits for any more is passed over.</summary>
    public void Complete(TimeSpan now, CertificateCheck check, CertificateVerdict verdict)
    {
        _sessions.FirstOrDefault(session => session.Sa.Handshake.Check == check)?.Resume(now, verdict);
        Settle(now);
        Changed();
    }

    /// <summary>Does what is due: repeats, liveness checks, new attempts, replacement of old SAs.</summary>
    public void Advance(TimeSpan now)
    {
        _sessions.Advance(now);
        Settle(now);
        _attempts.BeginIfDue(now);
        Changed();
    }

    /// <summary>
    /// Asks for fresh keys: a new IKE SA takes over, make before break. For a data plane whose outbound sequence number comes near
    /// its end (RFC 4303 3.3.3). Does nothing while that is planned or not over yet, nor where nothing is up.
    /// </summary>
    public void Renew(TimeSpan now)
    {
        _attempts.Renew(now);
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
                if (inbound is not null && child.Sa.InboundSpi != inbound)
                    continue;
                child.IsWorn = inbound is not null;
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
            session.Sa.Children.NoteUse(inbound);
        Settle(now);
        Changed();
    }

    /// <summary>Has the IKE SA rekeyed now. Nothing where that is under way, or none is up.</summary>
    public void RekeyIke(TimeSpan now)
    {
        _sessions.Active?.RekeyIke(now);
        Settle(now);
        Changed();
    }

    /// <summary>
    /// Asks the peer whether the path carries an IP packet of a size, by an IKE message as large; <see cref="PathProbed"/> tells of the
    /// answer. At most one at a time; a peer that answers nothing at all is found dead as by any other request.
    /// </summary>
    /// <param name="ipSize">In octets, with all headers: at least 576.</param>
    /// <returns>False where it cannot be asked now: nothing is up, something else is under way, the peer takes no fragments (RFC 7383), or the path is TCP.</returns>
    public bool TryProbePath(TimeSpan now, int ipSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ipSize, SmallestProbe);
        bool asked = _sessions.Active?.TryProbePath(now, ipSize) ?? false;
        Changed();
        return asked;
    }

    /// <summary>We have another address and shared port: what is up goes along, by MOBIKE, and what is to come begins there.</summary>
    /// <returns>False where nothing is up, or something that cannot go along: close this connection and begin another.</returns>
    public bool TryMoveTo(TimeSpan now, IPEndPoint local)
    {
        IkeSession[] up = [.. _sessions.Where(session => session.Sa.State == IkeSaState.Established)];
        if (up.Length == 0 || !up.All(session => session.Sa.Mobility.IsAgreed))
            return false;
        Config = Config with { LocalAddress = local.Address, LocalNatTraversalPort = local.Port };
        bool moved = Array.TrueForAll(up, session => session.TryMoveTo(now, local));
        Changed();
        return moved;
    }

    /// <summary>
    /// Both ends prove themselves by other keys or certificates from now on. What is up goes on, and another IKE SA in which they do takes over, make before break,
    /// as soon as the peer takes it; where we only wait for the peer (<see cref="StartAction.None"/>), when that begins anew.
    /// </summary>
    /// <param name="authentication">What it changes in the configuration. Those before must live until no handshake can use them any more.</param>
    public void TakeCredentials(TimeSpan now, Func<ConnectionConfig, ConnectionConfig> authentication)
    {
        AuthenticationConfig before = Config.Authentication;
        Config = authentication(Config);
        if (!Config.Authentication.ProvesAs(before))
            _attempts.Restart(now);
        Settle(now);
        Changed();
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
        _attempts.Stop();
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
        _sessions.Clear();
        _attempts.Clear();
        Changed();
    }

    internal ConnectionConfig Config { get; private set; }

    internal IkeEnvironment Environment { get; }

    /// <summary>Where its SAs are found by SPI and its deadlines are kept; null where it runs alone, and so only begins.</summary>
    internal IkeEndpoint? Endpoint { get; set; }

    /// <summary>A peer may begin.</summary>
    internal bool IsOpenToPeers => State is not (ConnectionState.Idle or ConnectionState.Failed or ConnectionState.Closing or ConnectionState.Closed);

    /// <summary>No SA is there, and none is planned.</summary>
    internal bool IsUnused => _sessions.IsEmpty && _attempts.Due is null;

    internal IkeSa? Newest => (_attempts.Current ?? _sessions.Active)?.Sa;

    /// <summary>Takes an SA over that a peer has begun and that is established.</summary>
    internal void Adopt(TimeSpan now, IkeSession session)
    {
        if (session.Sa.Handshake.PeerSaysInitialContact)
            _sessions.DropForgotten(session);
        _attempts.GiveWayTo(session);
        _sessions.Add(session);
        if (session.Sa.Children.Count > 0)
            TakeOver(now, session);
        else
            _sessions.KeepChildless(now, session);
        Settle(now);
        Changed();
    }

    internal void MoveTo(ConnectionState state)
    {
        if (State == state)
            return;
        State = state;
        Report(new ConnectionStateChanged(Name, state));
    }

    internal void Report(IkeEvent ikeEvent) => Environment.Output.Report(ikeEvent);

    private void BeginOrListen(TimeSpan now)
    {
        if (Config.StartAction == StartAction.Start)
            _attempts.Begin(now);
        else
            MoveTo(ConnectionState.Listening);
        Changed();
    }

    private void Changed() => Endpoint?.Reschedule(this);

    /// <summary>Draws the conclusions from what has become of the SAs.</summary>
    private void Settle(TimeSpan now)
    {
        _sessions.AddBorn(now);
        if (_attempts.Settle(now) is { } established)
            TakeOver(now, established);
        if (_sessions.TryTakeGrown(out IkeSession? grown))
            TakeOver(now, grown);
        if (_sessions.TryDropEnded(out IkeFailure? failure))
            Lose(now, failure);
        else if (_sessions.Active is { Sa.NeedsReplacement: true } wanting)
            Replace(now, wanting.Sa);
        else if (_sessions.Active is { Sa: var active } && Config.StartAction != StartAction.None && !active.Config.Authentication.ProvesAs(Config.Authentication))
            _attempts.Renew(now);
        _sessions.EndSpent(now);
        _sessions.Tidy();
        if (_sessions.CarriesTraffic && State is ConnectionState.Listening or ConnectionState.Connecting or ConnectionState.Waiting)
            MoveTo(ConnectionState.Established);
        if (State == ConnectionState.Closing && _sessions.IsEmpty)
            MoveTo(ConnectionState.Closed);
    }

    private void TakeOver(TimeSpan now, IkeSession session)
    {
        _sessions.TakeOver(now, session);
        _attempts.Succeed(now);
    }

    private void Replace(TimeSpan now, IkeSa wanting)
    {
        wanting.NeedsReplacement = false;
        _attempts.TryFollow(now, wanting);
        if (_sessions.CarriesTraffic)
            _attempts.Renew(now);
        else
            Lose(now, wanting.Wanted.Loss);
    }

    private void Lose(TimeSpan now, IkeFailure? failure)
    {
        if (failure is not null && State != ConnectionState.Closing)
            _attempts.Lose(now, failure);
    }
}

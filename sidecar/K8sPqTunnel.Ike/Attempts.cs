using System.Net;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;

namespace K8sPqTunnel.Ike;

/// <summary>How a connection comes to an IKE SA of its own: when it begins, where, and what a failure leads to.</summary>
internal sealed class Attempts(IkeConnection connection, SessionSet sessions)
{
    private readonly AttemptSchedule _schedule = new(connection.Config.Retry, connection.Environment.Random);
    private readonly RedirectTrail _redirects = new();
    private IReadOnlyList<IkeProposal> _offer = [];
    private TimeSpan _quietUntil;
    private int _address;

    // The peer has refused the present key, and may know only the one before.
    private bool _usesFormerKey;

    /// <summary>The one that is under way.</summary>
    public IkeSession? Current { get; private set; }

    /// <summary>When the next one begins; null: none is planned.</summary>
    public TimeSpan? Due => _schedule.Due;

    /// <summary>Makes the offer of all that are to come.</summary>
    /// <returns>Why there can be none; null where there is one.</returns>
    public IkeFailure? Prepare() => Offer.TryMake(connection.Config, connection.Environment.Crypto, out _offer);

    /// <summary>The same, where it is known.</summary>
    public void Prepare(IReadOnlyList<IkeProposal> offer) => _offer = offer;

    public void Begin(TimeSpan now)
    {
        _schedule.Clear();
        if (Current is not null)
            return;
        bool isAlone = !sessions.Exists(session => session.Sa.State == IkeSaState.Established);
        var sa = IkeSa.Begin(
            connection.Config, connection.Environment, connection.Drops, FirstPath(), _offer, initialContact: isAlone, _redirects.From);
        // What the path swallows it would swallow again: finding that out anew takes a good part of a short lifetime.
        if (sessions.Active is { Sa: var up } && up.Path.Remote.Address.Equals(sa.Path.Remote.Address))
            sa.FragmentIpSize = Math.Min(up.FragmentIpSize, sa.FragmentIpSize);
        // What carries traffic can wait until the peer has the present key too.
        sa.Handshake.UsesFormerKey = _usesFormerKey && !sessions.CarriesTraffic;
        Current = new IkeSession(sa);
        sessions.Add(Current);
        Current.Start(now);
        if (!sessions.CarriesTraffic)
            connection.MoveTo(ConnectionState.Connecting);
    }

    public void BeginIfDue(TimeSpan now)
    {
        if (_schedule.Due <= now)
            Begin(now);
    }

    /// <summary>There is something to send: begins, unless that has failed a moment ago.</summary>
    public void Trigger(TimeSpan now)
    {
        if (now >= _quietUntil)
            Begin(now);
    }

    /// <summary>Fresh keys are wanted: plans a new IKE SA, unless that is planned or not over yet.</summary>
    public void Renew(TimeSpan now)
    {
        bool isUnderWay =
            Current is not null || sessions.Exists(session => session != sessions.Active && session.Sa.State == IkeSaState.Established);
        if (sessions.Active is null || isUnderWay || connection.State == ConnectionState.Closing)
            return;
        _schedule.Renew(now);
        BeginIfDue(now);
    }

    /// <summary>Both ends are to prove themselves by other means from now on: what is under way with those before, or has failed with them, begins anew.</summary>
    public void Restart(TimeSpan now)
    {
        _usesFormerKey = false;
        if (Current is { Sa.State: < IkeSaState.Established } late)
        {
            late.Sa.Die(failure: null);
            Clear();
            Begin(now);
        }
        else if (connection.State == ConnectionState.Waiting)
        {
            Begin(now);
        }
    }

    /// <summary>None is wanted any more.</summary>
    public void Stop() => _schedule.Clear();

    /// <summary>None is wanted any more, nor is what is under way.</summary>
    public void Clear()
    {
        Current = null;
        _schedule.Clear();
    }

    /// <summary>The peer has made an IKE SA meanwhile.</summary>
    public void GiveWayTo(IkeSession session)
    {
        // The peer has no answer to ours from before it proved itself, so nothing of it can be up there.
        if (session.Sa.Children.Count > 0 && Current is { Sa.State: < IkeSaState.Authenticating } late)
        {
            late.Sa.Die(failure: null);
            Clear();
        }
        else if (Current is not null)
        {
            Current.Sa.InitialContact = false;
        }
    }

    /// <summary>Draws the conclusions from what has become of the one under way.</summary>
    /// <returns>The IKE SA that it has led to and that is to take over; null without.</returns>
    public IkeSession? Settle(TimeSpan now)
    {
        // While it waits for its child it may be rekeyed.
        if (Current is not null)
            Current = sessions.LastOf(Current);
        if (Current is { IsDead: true } failed)
        {
            Current = null;
            Fail(now, failed.Sa, failed.Sa.Failure);
        }
        else if (Current is { Sa: { State: IkeSaState.Established, NeedsReplacement: true } } childless)
        {
            Current = null;
            Fail(now, childless.Sa, childless.Sa.Wanted.Loss);
            childless.Delete(now);
        }
        else if (Current is { Sa.State: IkeSaState.Deleting } expired)
        {
            // Its lifetime is over before it has got a child.
            Current = null;
            Fail(now, expired.Sa, PeerErrors.LifetimeOver(expired.Sa, connection.Config.IkeLifetime, connection.Config.ReauthenticationInterval));
        }
        else if (Current is { Sa.State: IkeSaState.Established } established)
        {
            // One without a child (RFC 6023) takes nothing over before it has one.
            if (SessionSet.CanCarry(established) || !sessions.CarriesTraffic)
            {
                Current = null;
                return established;
            }

            sessions.KeepChildless(now, established);
        }

        return null;
    }

    /// <summary>An IKE SA has taken over, whoever began it.</summary>
    public void Succeed(TimeSpan now)
    {
        _redirects.Arrive();
        _schedule.Succeed(now, connection.Config.IkeLifetime, connection.Config.ProofLifetime);
    }

    /// <summary>What was up carries no traffic any more.</summary>
    public void Lose(TimeSpan now, IkeFailure failure)
    {
        _schedule.Lose(now);
        if (Current is null)
        {
            TryLater(now, failure);
            return;
        }

        connection.Report(new ConnectionFailed(connection.Name, failure, RetryIn: TimeSpan.Zero));
        if (!sessions.CarriesTraffic)
            connection.MoveTo(ConnectionState.Connecting);
    }

    /// <summary>Has the next one go to another gateway, if the peer sends us there and that has not been done too often.</summary>
    public bool TryFollow(TimeSpan now, IkeSa sa)
    {
        if (sa.RedirectTo is not { } target || !_redirects.TryFollow(now, sa.Path.Remote.Address, target))
            return false;
        connection.Report(new PeerRedirected(connection.Name, sa.Path.Remote.Address, target));
        return true;
    }

    private void Fail(TimeSpan now, IkeSa sa, IkeFailure? failure)
    {
        if (failure is null || connection.State == ConnectionState.Closing)
            return;
        if (TryFollow(now, sa))
        {
            Begin(now);
            return;
        }

        _redirects.GiveUp();
        if (failure.IsSilence)
            _address++;
        if (failure.Reason == FailureReason.AuthenticationFailed)
            _usesFormerKey = !_usesFormerKey && connection.Config.Authentication.FormerKey is not null;
        TryLater(now, failure);
    }

    private void TryLater(TimeSpan now, IkeFailure failure)
    {
        TimeSpan wait = _schedule.Retry(now);
        if (connection.Config.StartAction == StartAction.Start || sessions.CarriesTraffic)
        {
            connection.Report(new ConnectionFailed(connection.Name, failure, wait));
            if (!sessions.CarriesTraffic)
                connection.MoveTo(ConnectionState.Waiting);
            return;
        }

        // Somebody else gives the next sign: the peer, or traffic that wants to go.
        _schedule.Clear();
        _quietUntil = now + wait;
        connection.Report(new ConnectionFailed(connection.Name, failure, RetryIn: null));
        connection.MoveTo(ConnectionState.Listening);
    }

    private PeerPath FirstPath()
    {
        ConnectionConfig config = connection.Config;
        IPAddress? known = null;
        // Where a gateway has sent us counts until we are there; then it is the peer who may move on.
        if (_redirects.From is null && sessions.Active is { Sa: var up })
        {
            // Behind its NAT the peer hears us only where it spoke from; and UDP may be blocked where it has opened a TCP connection.
            if (up.Path.IsTcp && !config.Tcp)
                return up.Path;
            // With MOBIKE it may have been heard from elsewhere before the SAs follow it there.
            if (up.Nat.PeerBehindNat)
                return up.Mobility.HeardBy is { IsTcp: false } heard && !up.Path.IsTcp ? up.Path with { Remote = heard.Remote } : up.Path;
            known = up.Path.Remote.Address;                              // It may have moved there (RFC 4555).
        }

        IPAddress remote = known ?? _redirects.Target ?? config.RemoteAddresses[_address % config.RemoteAddresses.Count];
        var path = new PeerPath(new IPEndPoint(config.LocalAddress, PeerPath.IkePort), new IPEndPoint(remote, PeerPath.IkePort));
        if (config.Tcp)
            return path.OnSharedPorts(config.LocalNatTraversalPort) with { IsTcp = true };
        return config.HasIkePort ? path : path.OnSharedPorts(config.LocalNatTraversalPort);
    }
}

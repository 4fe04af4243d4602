using System.Collections;
using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Exchanges;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>
/// The IKE SAs with one peer: the active one, the one that is being negotiated, and those on their way out. Which of them counts, which
/// carries our traffic, and what follows what.
/// </summary>
internal sealed class SessionSet(IkeConnection connection) : IEnumerable<IkeSession>
{
    // A handful at most, the oldest first.
    private readonly List<IkeSession> _sessions = [];

    // Begun by peers, up, and without a child so far (RFC 6023).
    private readonly List<IkeSession> _childless = [];
    private Twins? _twins;

    /// <summary>The one that counts; null while none does.</summary>
    public IkeSession? Active { get; private set; }

    public bool IsEmpty => _sessions.Count == 0;

    public bool CarriesTraffic => Active is { Sa.Children.Count: > 0 };

    /// <summary>When <see cref="Advance"/> has something to do; null: never.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? first = _twins?.Due;
            foreach (IkeSession session in _sessions)
            {
                if (session.NextDeadline is { } deadline && !(first <= deadline))
                    first = deadline;
            }

            return first;
        }
    }

    public List<IkeSession>.Enumerator GetEnumerator() => _sessions.GetEnumerator();

    IEnumerator<IkeSession> IEnumerable<IkeSession>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public IkeSession? Find(IkeSpi initiator, IkeSpi responder)
    {
        foreach (IkeSession session in _sessions)
        {
            if (session.Sa.InitiatorSpi == initiator && (session.Sa.ResponderSpi.IsZero || session.Sa.ResponderSpi == responder))
                return session;
        }

        return null;
    }

    public bool Exists(Predicate<IkeSession> condition) => _sessions.Exists(condition);

    public void Add(IkeSession session)
    {
        session.Sa.Ending = () => Carrier(session)?.Sa.Children.TurnAll();
        _sessions.Add(session);
        connection.Endpoint?.Register(session.Sa.LocalSpi, connection);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        foreach (IkeSession session in _sessions)
            session.Advance(now);
        if (_twins?.Due <= now)
        {
            _twins.Part(now);
            _twins = null;
        }
    }

    /// <summary>An IKE SA is up beside the active one, or alone: it, or of twins the one that stays, is active from here on.</summary>
    public void TakeOver(TimeSpan now, IkeSession successor)
    {
        successor.BeginLife(now);
        if (Active is { Sa.State: IkeSaState.Established } other && Twins.Of(other, successor, now) is { } twins)
        {
            _twins = twins;
            Active = twins.Kept;
        }
        else
        {
            // The old child receives until its deletion is confirmed. What the peer replaces is the peer's to delete, and what has
            // children that the successor has yet to create stays for a while.
            bool isOurs = successor.Sa is { IsInitiator: true, Wanted.Missing: null };
            Active?.Retire(now, now + (isOurs ? connection.Config.SuccessorDelay : Succession.Grace));
            Active = successor;
        }
    }

    /// <summary>Keeps an IKE SA that is up and has no child (RFC 6023): it takes over when it gets one.</summary>
    public void KeepChildless(TimeSpan now, IkeSession session)
    {
        session.BeginLife(now);
        _childless.Add(session);
    }

    /// <summary>One of those that has got a child meanwhile.</summary>
    public bool TryTakeGrown([NotNullWhen(true)] out IkeSession? grown)
    {
        _childless.RemoveAll(session => session.IsDead);
        grown = _childless.Find(CanCarry);
        return grown is not null && _childless.Remove(grown);
    }

    /// <summary>Takes in what rekeys have made (RFC 7296 2.8).</summary>
    public void AddBorn(TimeSpan now)
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

        while (Active?.Sa.Succession.Successor is { } successor)
            Active = SessionOf(successor);
        _twins?.Follow(SessionOf);
    }

    /// <summary>RFC 7296 2.4: what the peer says it has no knowledge of, it cannot have; unless it came up after the peer had begun to speak.</summary>
    public void DropForgotten(IkeSession successor)
    {
        foreach (IkeSession session in _sessions)
        {
            if (session.Origin?.EstablishedAt < successor.BeganAt)
                session.Sa.Die(failure: null);
        }
    }

    /// <summary>Lets go of the active IKE SA where that has come to its end.</summary>
    /// <param name="failure">Why; null where nothing was lost by it, or it was closed as wanted.</param>
    /// <returns>False where there is none, or it stands.</returns>
    public bool TryDropEnded(out IkeFailure? failure)
    {
        failure = null;
        if (Active is { IsDead: true } lost)
        {
            Active = _sessions.Find(CanCarry);
            // Of twins, the peer may have deleted the one that we would have kept: that is as good.
            if (Active is null || _twins is null)
                failure = lost.Sa.Failure;
            return true;
        }

        if (Active is not { Sa.State: IkeSaState.Deleting } expired)
            return false;
        // Nothing may run on keys that are too old, not even until the peer has confirmed.
        Active = null;
        expired.Sa.Children.Clear();
        failure = PeerErrors.LifetimeOver(expired.Sa, connection.Config.IkeLifetime, connection.Config.ReauthenticationInterval);
        return true;
    }

    /// <summary>Removes what has died, and has our traffic run through what is left.</summary>
    public void Tidy()
    {
        Carrier(except: null)?.Sa.Children.TurnAll();
        for (int i = _sessions.Count - 1; i >= 0; i--)
        {
            if (!_sessions[i].IsDead)
                continue;
            connection.Endpoint?.Forget(_sessions[i].Sa.LocalSpi);
            _sessions[i].Dispose();
            _sessions.RemoveAt(i);
        }

        Active ??= _sessions.Find(CanCarry);
    }

    /// <summary>Ends and removes all of them at once.</summary>
    public void Clear()
    {
        foreach (IkeSession session in _sessions)
        {
            session.Sa.Die(failure: null);
            connection.Endpoint?.Forget(session.Sa.LocalSpi);
            session.Dispose();
        }

        _sessions.Clear();
        Active = null;
        _twins = null;
    }

    public static bool CanCarry(IkeSession session) => session.Sa is { State: IkeSaState.Established, Children.Count: > 0 };

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

    private IkeSession? SessionOf(IkeSa sa) => _sessions.Find(session => session.Sa == sa);
}

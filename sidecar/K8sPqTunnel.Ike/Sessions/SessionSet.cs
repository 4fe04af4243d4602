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

    // Up, and without a child so far (RFC 6023).
    private readonly List<IkeSession> _childless = [];

    /// <summary>The one that counts; null while none does.</summary>
    public IkeSession? Active { get; private set; }

    public bool IsEmpty => _sessions.Count == 0;

    public bool CarriesTraffic => Active is { Sa.Children.Count: > 0 };

    /// <summary>When <see cref="Advance"/> has something to do; null: never.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? first = null;
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
        session.Sa.Ending = () => Carry(except: session);
        _sessions.Add(session);
        connection.Endpoint?.Register(session.Sa.LocalSpi, connection);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        foreach (IkeSession session in _sessions)
            session.Advance(now);
    }

    /// <summary>An IKE SA is up beside others, or alone: one of them is active from here on, and the others give way.</summary>
    public void TakeOver(TimeSpan now, IkeSession session)
    {
        // One that had no child before lives already.
        if (!_childless.Remove(session) && session.Origin is null)
            session.BeginLife(now);
        IkeSession? rival = null;
        foreach (IkeSession other in _sessions.ToArray())
        {
            if (other == session || other is not { Sa.State: IkeSaState.Established, Origin: { } origin } || _childless.Contains(other))
                continue;
            // Of the IKE SAs that one end began, the newest counts.
            if (origin.WeBegan == session.Origin!.WeBegan)
                other.Retire(now, now + Precedence.Stay(other, session));
            else if (rival is null || origin.BeganAt > rival.Origin!.BeganAt)
                rival = other;
        }

        Active = session;
        if (rival is null)
            return;
        // What has lost its children counts for nothing; what has yet to get one (RFC 6023) counts in full, or the ends would differ.
        if ((CanCarry(rival) || rival.Sa.Wanted.Loss is null) && Precedence.Wins(rival.Origin!, session.Origin!))
            (Active, rival) = (rival, session);
        rival.Retire(now, now + Precedence.Stay(rival, Active));
        Active.Reinstate();
    }

    /// <summary>Keeps an IKE SA that is up and has no child (RFC 6023): it takes over when it gets one. Once for each.</summary>
    public void KeepChildless(TimeSpan now, IkeSession session)
    {
        if (session.Origin is not null)
            return;
        // Both ends count from here whether one knew of the other's (Precedence), however long the child takes.
        session.BeginLife(now);
        _childless.Add(session);
    }

    /// <summary>One of those that has got a child meanwhile.</summary>
    public bool TryTakeGrown([NotNullWhen(true)] out IkeSession? grown)
    {
        _childless.RemoveAll(session => session.IsDead);
        grown = _childless.Find(CanCarry);
        return grown is not null;
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
                    session.Retire(now, _sessions[i].Sa.Succession.RetiresAt!.Value);
            }
        }

        if (Active is not null)
            Active = LastOf(Active);
        for (int i = 0; i < _childless.Count; i++)
            _childless[i] = LastOf(_childless[i]);
    }

    /// <summary>What rekeys have put in the place of one; itself where there was none.</summary>
    public IkeSession LastOf(IkeSession session)
    {
        while (session.Sa.Succession.Successor is { } successor && SessionOf(successor) is { } next)
            session = next;
        return session;
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
            Active = null;
            Elect();
            // Of two that both ends began, the peer may have deleted the one that we would have kept: that is as good.
            bool isAsGood = lost.Sa.Failure is not { IsSilence: true } && Active?.Origin is { } left &&
                (!lost.Origin!.WeBegan || left.Overlaps(lost.Origin));
            failure = isAsGood ? null : lost.Sa.Failure;
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

    /// <summary>
    /// One that another has taken over from rekeys nothing more: where a child of it has carried nearly all that it may, it is deleted at
    /// once, if the other has a child for all that it carries.
    /// </summary>
    public void EndSpent(TimeSpan now)
    {
        foreach (IkeSession session in _sessions)
        {
            if (session is { IsRetired: true, Sa.State: IkeSaState.Established } && session.Sa.Children.HasWorn &&
                Active is { IsRetired: false, Sa.State: IkeSaState.Established } && Active.Sa.Children.CarryAllOf(session.Sa.Children))
                session.Delete(now);
        }
    }

    /// <summary>Removes what has died, and has our traffic run through what is left.</summary>
    public void Tidy()
    {
        Carry(except: null);
        for (int i = _sessions.Count - 1; i >= 0; i--)
        {
            if (!_sessions[i].IsDead)
                continue;
            connection.Endpoint?.Forget(_sessions[i].Sa.LocalSpi);
            _sessions[i].Dispose();
            _sessions.RemoveAt(i);
        }

        Elect();
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
    }

    public static bool CanCarry(IkeSession session) => session.Sa is { State: IkeSaState.Established, Children.Count: > 0 };

    /// <summary>Where none is active, one that can carry traffic is: the newest, whatever it gave way to.</summary>
    private void Elect()
    {
        if (Active is not null)
            return;
        Active = _sessions.FindLast(CanCarry);
        Active?.Reinstate();
    }

    private IkeSession? SessionOf(IkeSa sa) => _sessions.Find(session => session.Sa == sa);

    private static TimeSpan UpSince(IkeSession session) => session.Origin?.EstablishedAt ?? TimeSpan.MaxValue;

    /// <summary>
    /// Has one IKE SA's children carry our traffic. Of several it is the oldest: the peer has known it the longest, and as long as it is
    /// not being deleted the peer takes what comes by it. So traffic turns to another only when a deletion begins, ours or the peer's.
    /// </summary>
    private void Carry(IkeSession? except)
    {
        IkeSession? carrier = null;
        foreach (IkeSession session in _sessions)
        {
            if (session == except || !CanCarry(session))
                continue;
            // What counts may have children that another lacks, and has given up to make.
            if (!session.Sa.Children.Carries && Active is { } active && active != session && active != except && CanCarry(active) &&
                !session.Sa.Children.CarryAllOf(active.Sa.Children))
                continue;
            // No data plane turns back to an SA: traffic stays where it is, also where an older IKE SA gets its child only now.
            bool isBetter = carrier is null || UpSince(session) < UpSince(carrier);
            if (session.Sa.Children.Carries || (isBetter && carrier is not { Sa.Children.Carries: true }))
                carrier = session;
        }

        if (carrier is null)
            return;
        foreach (IkeSession session in _sessions)
        {
            if (session != carrier)
                session.Sa.Children.Rest();
        }

        carrier.Sa.Children.Carry();
    }
}

using System.Net;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>Drives one IKE SA through time: start, messages, rekeys, liveness, deletion.</summary>
internal sealed class IkeSession(IkeSa sa) : IDisposable
{
    // A peer that is told of the deletion forgets its keys at once. What other threads have sealed with them arrives before that.
    private static readonly TimeSpan Departure = TimeSpan.FromMilliseconds(200);

    private readonly ExchangeRunner _runner = new(sa);

    // When the peer is told of the deletion, while that waits for our last packets.
    private TimeSpan? _tellsAt;

    /// <summary>When its first message was sent or received.</summary>
    public TimeSpan BeganAt { get; private set; }

    /// <summary>Null until its connection has taken it over.</summary>
    public Origin? Origin { get; private set; }

    public IkeSa Sa { get; } = sa;

    /// <summary>Another IKE SA that is none of its successors has taken over.</summary>
    public bool IsRetired => Sa.Succession.RetiresAt is not null;

    public bool IsDead => Sa.State == IkeSaState.Dead;

    public TimeSpan? NextDeadline
    {
        get
        {
            if (IsDead)
                return null;
            if (Sa.State == IkeSaState.Replaced)
                return Earlier(End, _runner.NextDeadline);
            if (Sa.State != IkeSaState.Established)
                return _tellsAt is { } tells ? Earlier(tells, _runner.NextDeadline) : _runner.NextDeadline;
            if (Sa.Asked.Count > 0)
                return Sa.Now;
            TimeSpan next = _runner.NextDeadline ?? Sa.LastHeard + Sa.Config.LivenessDelay;
            next = Earlier(next, End);
            bool mayCreate = !_runner.IsBusy && !IsRetired;
            if (mayCreate)
                next = Earlier(next, Sa.RekeyAt);
            next = Earlier(next, Sa.Children.NextDeadline(rekeys: mayCreate));
            if (mayCreate && Sa.Wanted.Missing is not null)
                next = Earlier(next, Sa.Wanted.NotBefore);
            return Earlier(next, Sa.Pending.NextDeadline);
        }
    }

    public void Start(TimeSpan now)
    {
        Sa.Now = now;
        BeganAt = Sa.LastHeard = now;
        Sa.MoveTo(IkeSaState.Initiating);
        _runner.Run(now, new InitTask());
    }

    /// <summary>Answers the IKE_SA_INIT that began this SA; see <see cref="ExchangeRunner.AnswerInit"/>.</summary>
    public void Answer(
        TimeSpan now, ReadOnlySpan<byte> datagram, in IkeMessage request, ProposalMatch match, ReadOnlySpan<byte> ourKey, Secret secret)
    {
        Sa.Now = now;
        BeganAt = now;
        _runner.AnswerInit(now, datagram, request, match, ourKey, secret);
    }

    /// <summary>The peer repeats that IKE_SA_INIT.</summary>
    public void AnswerAgain() => _runner.ResendInit();

    public void Receive(TimeSpan now, in PeerPath path, ReadOnlySpan<byte> datagram)
    {
        Sa.Now = now;
        _runner.Receive(now, path, datagram);
        GoOn(now);
    }

    public void Resume(TimeSpan now, CertificateVerdict verdict)
    {
        Sa.Now = now;
        _runner.Resume(now, verdict);
        GoOn(now);
    }

    public void Advance(TimeSpan now)
    {
        Sa.Now = now;
        if (IsDead)
            return;
        if (_tellsAt <= now)
            TellOfDeletion(now);
        _runner.Advance(now);
        if (Sa.State is IkeSaState.Established or IkeSaState.Replaced && End <= now)
            Delete(now);
        if (Sa.State == IkeSaState.Established)
            AdvanceChildren(now);
        Sa.Pending.Expire();
        GoOn(now);
    }

    /// <summary>Has a child SA rekeyed now; nothing where that is under way, or the child is not there.</summary>
    public void Rekey(TimeSpan now, Child child)
    {
        if (child.State != ChildState.Up)
            return;
        child.RekeyAt = now;
        Sa.Now = now;
        GoOn(now);
    }

    /// <summary>Has the IKE SA rekeyed now; nothing where that is under way.</summary>
    public void RekeyIke(TimeSpan now)
    {
        if (Sa.State != IkeSaState.Established || IsRetired || Sa.Creation is RekeyIkeTask)
            return;
        Sa.RekeyAt = now;
        Sa.Now = now;
        GoOn(now);
    }

    /// <summary>Asks whether the path carries an IP packet of a size; see <see cref="PathProbeTask"/>.</summary>
    /// <returns>False where that is not possible now: something else is under way, or the peer takes no fragments, or the path is TCP.</returns>
    public bool TryProbePath(TimeSpan now, int ipSize)
    {
        if (Sa.State != IkeSaState.Established || !Sa.Fragmentation || Sa.Path.IsTcp || _runner.IsBusy)
            return false;
        Sa.Now = now;
        _runner.Run(now, new PathProbeTask(ipSize));
        return true;
    }

    /// <summary>Begins the lifetime of an SA that its connection has taken over (RFC 7296 2.8).</summary>
    /// <param name="predecessor">What it was rekeyed from; null where it came by IKE_SA_INIT.</param>
    public void BeginLife(TimeSpan now, IkeSession? predecessor = null)
    {
        Origin = predecessor is null
            ? new Origin(Sa.IsInitiator, BeganAt, now, Sa.Handshake.LowestNonce)
            : predecessor.Origin;
        Sa.ForgetHandshake();
        TimeSpan lifetime = Sa.Config.IkeLifetime;
        // RFC 7296 2.8.3: with re-authentication another IKE SA is made beside this one instead.
        if (!Sa.Config.Reauthenticates)
            Sa.RekeyAt = now + lifetime * (ChildSet.RekeyAt - ChildSet.Spread * Chance.Draw(Sa.Environment.Random));
        EndAt(now, now + lifetime);
        // A rekey proves nothing anew.
        if (Sa.Config.ProofLifetime is { } proof)
            EndAt(now, (Origin?.EstablishedAt ?? now) + proof);
    }

    /// <summary>
    /// Another IKE SA has taken over: this one creates and rekeys nothing any more and is deleted at <paramref name="end"/>, or when the
    /// first of its children may live no longer. An earlier end stands.
    /// </summary>
    public void Retire(TimeSpan now, TimeSpan end)
    {
        foreach (Child child in Sa.Children)
        {
            if (child.IsAlive)
                end = Earlier(end, child.EndsAt);
        }

        Sa.Succession.RetiresAt = Earlier(end, Sa.Succession.RetiresAt);
        if (Sa.Succession.RetiresAt <= now)
            Delete(now);
    }

    /// <summary>What has taken over is gone before this one was: it counts again, as if nothing had happened.</summary>
    public void Reinstate() => Sa.Succession.RetiresAt = null;

    /// <summary>Takes the SA to another address of ours (RFC 4555 3.5, 3.6); false where the peer cannot follow.</summary>
    public bool TryMoveTo(TimeSpan now, IPEndPoint local)
    {
        if (!Sa.Mobility.IsAgreed || !Sa.Path.HasNonEspMarker || Sa.Path.IsTcp || Sa.Path.Remote.AddressFamily != local.AddressFamily)
            return false;
        Sa.Mobility.Leave(Sa, Sa.Path with { Local = local });
        _runner.Hasten(now);
        if (Sa.Mobility.Decides)
            Sa.Mobility.AskForUpdate(Sa);
        else
            Sa.Mobility.AskToTell(Sa);
        _runner.RunAsked(now);
        return true;
    }

    /// <summary>Has the SA deleted at <paramref name="end"/>; an earlier end stands.</summary>
    public void EndAt(TimeSpan now, TimeSpan end)
    {
        Sa.EndAt(end);
        if (Sa.EndsAt <= now)
            Delete(now);
    }

    /// <summary>
    /// Asks the peer to delete the SA; where our traffic turns from it to another IKE SA's children, a moment after that. One that is not
    /// established is just dropped.
    /// </summary>
    public void Delete(TimeSpan now)
    {
        Sa.Now = now;
        if (Sa.State is IkeSaState.Established or IkeSaState.Replaced)
        {
            bool carried = Sa.Children.Carries;
            Sa.MoveTo(IkeSaState.Deleting);
            if (carried)
                Sa.Ending?.Invoke();
            if (carried && !Sa.Children.Carries)
                _tellsAt = now + Departure;
            else
                TellOfDeletion(now);
        }
        else if (Sa.State != IkeSaState.Deleting)
        {
            Sa.Die(failure: null);
        }
    }

    public void Dispose()
    {
        _runner.Dispose();
        Sa.Dispose();
    }

    private void TellOfDeletion(TimeSpan now)
    {
        _tellsAt = null;
        _runner.Run(now, new DeleteTask());
    }

    private void AdvanceChildren(TimeSpan now)
    {
        bool carried = Sa.Children.Count > 0;
        Sa.Children.Advance(now);
        if (carried && Sa.Children.Count == 0)
            Sa.Wanted.Lose(PeerErrors.LifetimeOver(Sa, Sa.Config.ChildLifetime));
    }

    /// <summary>Begins what is to be done next, one exchange at a time (RFC 7296 2.3).</summary>
    private void GoOn(TimeSpan now)
    {
        if (Sa.State == IkeSaState.Established)
            _runner.RunAsked(now);
        if (Sa.State == IkeSaState.Replaced && End <= now)
            Delete(now);
        else if (Sa.State == IkeSaState.Established && !_runner.IsBusy && NextTask(now) is { } task)
            _runner.Run(now, task);
    }

    private IExchangeTask? NextTask(TimeSpan now)
    {
        if (Sa.Children.FindEnding() is not null)
            return new DeleteChildrenTask([.. Sa.Children.Where(child => child is { State: ChildState.Ending, IsConfirmed: true })]);
        if (IsRetired)
            return IsSilent(now) ? LivenessTask.Instance : null;
        if (Sa.RekeyAt <= now && Offer.TryMake(Sa.Config, Sa.Environment.Crypto, out IReadOnlyList<IkeProposal> offer) is null)
            return new RekeyIkeTask(offer);
        if (Sa.Children.FindDue(now) is { } due)
            return new CreateChildTask(Sa, due.Spec ?? new ChildSpec(due.Sa.LocalSelectors, due.Sa.RemoteSelectors), due);
        if (Sa.Wanted.NotBefore <= now && Sa.Wanted.Missing is { } missing)
            return new CreateChildTask(Sa, missing, old: null);
        return IsSilent(now) ? LivenessTask.Instance : null;
    }

    /// <summary>RFC 7296 2.4: whoever was heard lately, by IKE or by a child SA's packets, is alive; only silence is a question.</summary>
    private bool IsSilent(TimeSpan now)
    {
        if (now - Sa.LastHeard < Sa.Config.LivenessDelay)
            return false;
        foreach (Child child in Sa.Children)
        {
            if (Sa.Environment.Output.SilenceOf(child.Sa) is { } silence && now - silence > Sa.LastHeard)
                Sa.LastHeard = now - silence;
        }
        return now - Sa.LastHeard >= Sa.Config.LivenessDelay;
    }

    private TimeSpan End => Earlier(Sa.EndsAt, Sa.Succession.RetiresAt);

    private static TimeSpan Earlier(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;
}

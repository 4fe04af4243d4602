using System.Collections;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>The child SAs of one IKE SA, and what time does to them.</summary>
internal sealed class ChildSet(IkeSa sa) : IEnumerable<Child>
{
    /// <summary>The part of its lifetime after which an SA is rekeyed.</summary>
    public const double RekeyAt = 0.9;

    /// <summary>The random part less than <see cref="RekeyAt"/>: both ends do not start at once.</summary>
    public const double Spread = 0.1;

    private readonly List<Child> _children = [];

    /// <summary>Our traffic turns to these children; those of another IKE SA carry it otherwise.</summary>
    public bool Carries { get; private set; }

    /// <summary>Those that carry traffic.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (Child child in _children)
                count += child.IsAlive ? 1 : 0;
            return count;
        }
    }

    public List<Child>.Enumerator GetEnumerator() => _children.GetEnumerator();

    IEnumerator<Child> IEnumerable<Child>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>When <see cref="Advance"/> has something to do; null: never.</summary>
    /// <param name="rekeys">Rekeys too: there is time for one.</param>
    public TimeSpan? NextDeadline(bool rekeys)
    {
        TimeSpan? first = null;
        foreach (Child child in _children)
        {
            TimeSpan own = DeadlineOf(child, rekeys);
            if (!(first <= own))
                first = own;
        }

        return first;
    }

    /// <summary>The child that the peer receives by this SPI, as REKEY_SA and Delete name it (RFC 7296 1.3.3, 1.4.1).</summary>
    public Child? FindOutbound(EspSpi spi) =>
        _children.Find(child => child.Sa.OutboundSpi == spi && child.State != ChildState.Lingering);

    /// <summary>One that is ours to delete.</summary>
    public Child? FindEnding() => _children.Find(static child => child is { State: ChildState.Ending, IsConfirmed: true });

    /// <summary>One that is to be rekeyed.</summary>
    public Child? FindDue(TimeSpan now)
    {
        foreach (Child child in _children)
        {
            if (child is { State: ChildState.Up, IsConfirmed: true } && child.RekeyAt <= now)
                return child;
        }

        return null;
    }

    /// <summary>Whether one was made for what is wanted.</summary>
    public bool Has(ChildSpec spec)
    {
        foreach (Child child in _children)
        {
            if (child.Spec == spec && child.State != ChildState.Lingering)
                return true;
        }

        return false;
    }

    public Child? FindInbound(EspSpi spi) => _children.Find(child => child.Sa.InboundSpi == spi);

    /// <summary>Makes a child receive, before the peer can know of it.</summary>
    /// <param name="quantumSafeIke">The IKE SA's keys derive from a key exchange that resists a quantum computer.</param>
    public void Install(TimeSpan now, Child child, bool quantumSafeIke)
    {
        bool own = child.KeyExchanges.Any(method => method.IsPostQuantum);
        child.EndsAt = now + sa.Config.ChildLifetime;
        child.RekeyAt = now + sa.Config.ChildLifetime * (RekeyAt - Spread * Chance.Draw(sa.Environment.Random));
        child.Generation = child.Predecessor is { } old ? old.Generation + 1 : 0;
        _children.Add(child);
        sa.Environment.Output.InstallInbound(child.Sa);
        sa.Environment.Output.Report(new ChildUp(
            sa.Config.Name,
            child.Sa.InboundSpi,
            child.Sa.OutboundSpi,
            child.Proposal,
            child.Sa.UdpEncapsulation,
            child.Sa.LocalSelectors,
            child.Sa.RemoteSelectors,
            [.. child.KeyExchanges.Select(method => method.Name)],
            quantumSafeIke || own,
            own,
            child.Predecessor?.Sa.InboundSpi,
            child.Generation));
    }

    /// <summary>One has carried nearly all that it may, and no rekey of it is over.</summary>
    public bool HasWorn => _children.Exists(static child => child is { State: ChildState.Up, IsWorn: true });

    /// <summary>There is a child here for the traffic of each that is alive there.</summary>
    public bool CarryAllOf(ChildSet other) => other._children.TrueForAll(
        child => !child.IsAlive || _children.Exists(own => own is { IsAlive: true, IsConfirmed: true } && own.Sa.HasSelectorsOf(child.Sa)));

    /// <summary>Turns our traffic to a child, if that has not been done, and unless another IKE SA carries it.</summary>
    public void Turn(Child child)
    {
        child.TurnAt = null;
        if (child.IsTurned || !child.IsAlive || !Carries)
            return;
        child.IsTurned = true;
        sa.Environment.Output.InstallOutbound(child.Sa);
    }

    /// <summary>The peer goes on: it has had all our answers.</summary>
    public void Confirm()
    {
        foreach (Child child in _children)
            child.IsConfirmed = true;
    }

    /// <summary>Has our traffic run through these children: turns it to all but those whose predecessors carry it still.</summary>
    public void Carry()
    {
        Carries = true;
        foreach (Child child in _children)
        {
            if (child.State != ChildState.Rekeyed && !IsCarriedBefore(child))
                Turn(child);
        }
    }

    /// <summary>The children of another IKE SA carry our traffic: it turns to none of these.</summary>
    public void Rest() => Carries = false;

    /// <summary>One of those that led to a child carries our traffic: of several successors in a row, none may go before the one before it.</summary>
    private static bool IsCarriedBefore(Child child)
    {
        for (Child? earlier = child.Predecessor; earlier is not null; earlier = earlier.Predecessor)
        {
            if (earlier is { IsTurned: true, IsAlive: true })
                return true;
        }

        return false;
    }

    /// <summary>Turns our traffic from a child to its successor. Where another IKE SA carries it, it stays there.</summary>
    public void TurnFrom(Child? old, Child successor)
    {
        successor.TurnAt = null;
        if (old is not { IsTurned: false })
            Turn(successor);
    }

    /// <summary>The peer uses a child: it has it, and our traffic may turn to it too.</summary>
    /// <param name="inbound">Our SPI of the child; nothing where that is none of these.</param>
    public void NoteUse(EspSpi inbound)
    {
        if (FindInbound(inbound) is not { } child)
            return;
        child.IsConfirmed = true;
        if (child is { TurnAt: null, Predecessor: not null, State: not ChildState.Rekeyed })
            TurnFrom(child.Predecessor, child);
    }

    /// <summary>Has a child's packets run over another path.</summary>
    public void Move(Child child, in PeerPath path)
    {
        if (!child.IsDiscarded)
            sa.Environment.Output.Move(child.Sa, path);
    }

    /// <summary>A rekey that we began is over: our traffic turns to the successor, and the old one is ours to delete (RFC 7296 2.8).</summary>
    public void Succeed(TimeSpan now, Child old, Child successor)
    {
        if (!old.IsAlive || sa.Config.SuccessorDelay == TimeSpan.Zero)
        {
            TurnFrom(old, successor);
            if (old.IsAlive)
                old.State = ChildState.Ending;
            return;
        }

        old.State = ChildState.Rekeyed;
        // Its lifetime is kept: traffic leaves it early enough for what is on the way then.
        TimeSpan latest = old.EndsAt - sa.Config.LateInboundTime;
        old.DeleteAt = successor.TurnAt = now + sa.Config.SuccessorDelay < latest ? now + sa.Config.SuccessorDelay : latest;
    }

    /// <summary>Removes a child that the peer does not have.</summary>
    public void Forget(Child child) => Remove(child);

    /// <summary>A deleted child: what replaces it carries our traffic from here on, and what is still on the way to us has a while.</summary>
    public void Delete(TimeSpan now, Child child)
    {
        bool isReplaced = child.State == ChildState.Rekeyed || HasSuccessor(child);
        TurnSuccessorsOf(child);
        child.State = ChildState.Lingering;
        child.RemoveAt = now + sa.Config.LateInboundTime;
        // Without a successor nothing may go on, and nothing more will come.
        if (!isReplaced || child.RemoveAt <= now || child.IsDiscarded)
            Remove(child);
        else
            ReportDown(child);
    }

    /// <summary>Ends a child's traffic at once, both ways; the peer is told by a task.</summary>
    public void Expire(Child child)
    {
        TurnSuccessorsOf(child);
        child.State = ChildState.Ending;
        Discard(child);
    }

    /// <summary>Ends what may carry nothing more, and removes what has been deleted long enough.</summary>
    public void Advance(TimeSpan now)
    {
        for (int i = _children.Count - 1; i >= 0; i--)
        {
            Child child = _children[i];
            if (child.State == ChildState.Lingering)
            {
                if (child.RemoveAt <= now)
                    Remove(child);
                continue;
            }

            if (child.TurnAt <= now)
                TurnFrom(child.Predecessor, child);
            if (child.EndsAt <= now && child.IsAlive)
                Expire(child);
            else if (child.DeleteAt <= now && child.State == ChildState.Rekeyed)
                child.State = ChildState.Ending;
        }
    }

    /// <summary>Removes all of them at once.</summary>
    public void Clear()
    {
        foreach (Child child in _children.ToArray())
            Remove(child);
    }

    /// <summary>Hands all of them to the IKE SA that replaces this one (RFC 7296 2.8).</summary>
    public void MoveTo(ChildSet successor)
    {
        // The peer was busy with the rekey that has come to its end here: what a child may still carry may not last for another wait.
        foreach (Child child in _children)
            child.RekeyAt = child.IsPutOff && sa.Now < child.RekeyAt ? sa.Now : child.RekeyAt;
        successor._children.AddRange(_children);
        successor.Carries = Carries;
        _children.Clear();
        Carries = false;
    }

    /// <summary>One of those that came of a child is alive: the one between may have been deleted first.</summary>
    private bool HasSuccessor(Child child) => _children.Exists(other => other.IsAlive && other.Succeeds(child));

    private void TurnSuccessorsOf(Child child)
    {
        foreach (Child successor in _children)
        {
            if (successor.Predecessor == child)
                TurnFrom(child, successor);
        }
    }

    private void Remove(Child child)
    {
        foreach (Child successor in _children)
        {
            if (successor.Predecessor == child)
                successor.Predecessor = child.Predecessor;
        }

        _children.Remove(child);
        Discard(child);
    }

    private void Discard(Child child)
    {
        if (child.IsDiscarded)
            return;
        child.IsDiscarded = true;
        sa.Environment.Output.Remove(child.Sa);
        ReportDown(child);
    }

    private void ReportDown(Child child)
    {
        if (!child.IsReportedDown)
            sa.Environment.Output.Report(new ChildDown(sa.Config.Name, child.Sa.InboundSpi, child.Sa.OutboundSpi));
        child.IsReportedDown = true;
    }

    private static TimeSpan DeadlineOf(Child child, bool rekeys)
    {
        switch (child.State)
        {
            case ChildState.Lingering:
                return child.RemoveAt;
            case ChildState.Ending or ChildState.Deleting:
                return TimeSpan.MaxValue;
        }

        TimeSpan next = rekeys && child is { State: ChildState.Up, IsConfirmed: true } && child.RekeyAt < child.EndsAt ? child.RekeyAt : child.EndsAt;
        if (child.TurnAt < next)
            next = child.TurnAt.Value;
        return child.DeleteAt < next ? child.DeleteAt.Value : next;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>What an IKE SA came from by a rekey, and what takes its place by another (RFC 7296 2.8).</summary>
internal sealed class Succession(IkeSa sa) : IDisposable
{
    /// <summary>A replaced SA is the peer's to delete if the peer began what replaces it; where it doesn't, we do.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private Queue<IkeSa>? _born;

    /// <summary>
    /// What it is to replace, while the nonces of two rekeys at the same time have yet to say so (RFC 7296 2.8.2); null otherwise.
    /// </summary>
    public IkeSa? Predecessor { get; private set; }

    /// <summary>How many rekeys led to it; 0 for one that IKE_SA_INIT began.</summary>
    public int Generation { get; private set; }

    /// <summary>What has taken its place; null unless it is replaced.</summary>
    public IkeSa? Successor { get; private set; }

    /// <summary>When it is deleted because another IKE SA, made by IKE_SA_INIT as well, has taken over; null while it counts.</summary>
    public TimeSpan? RetiresAt { get; set; }

    /// <summary>A rekey has made this SA.</summary>
    public void Descend(IkeSa old)
    {
        Predecessor = old;
        Generation = old.Succession.Generation + 1;
        (old.Succession._born ??= new()).Enqueue(sa);
    }

    /// <summary>A rekey is over: all children move to the successor (RFC 7296 2.8).</summary>
    /// <param name="end">When this one is deleted, should the peer not do it before.</param>
    public void GiveWayTo(IkeSa successor, TimeSpan end)
    {
        if (sa.State == IkeSaState.Deleting)
        {
            // Its end was decided while the rekey was under way, and is the end of what would have replaced it.
            successor.EndAt(sa.Now);
            return;
        }

        // The peer has deleted it, or fallen silent on it, before the nonces decided.
        if (sa.State != IkeSaState.Established || successor.State != IkeSaState.Established)
            return;
        successor.Succession.Predecessor = null;
        sa.Children.MoveTo(successor.Children);
        successor.Wanted.TakeOver(sa.Wanted);
        Successor = successor;
        sa.MoveTo(IkeSaState.Replaced);
        sa.EndAt(end);
        successor.ReportEstablished();
        successor.Mobility.TakeOver(successor);
    }

    /// <summary>The peer already does something about our children here: so it knows that this SA is the one that counts.</summary>
    public void TakeOver() => Predecessor?.Succession.GiveWayTo(sa, sa.Now + Grace);

    /// <summary>An SA that a rekey has made and nobody drives yet.</summary>
    public bool TryTakeBorn([NotNullWhen(true)] out IkeSa? born)
    {
        born = null;
        return _born is not null && _born.TryDequeue(out born);
    }

    public void Dispose()
    {
        foreach (IkeSa born in _born ?? [])
            born.Dispose();
    }
}

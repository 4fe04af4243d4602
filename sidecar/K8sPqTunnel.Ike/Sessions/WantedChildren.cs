using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>The children that an IKE SA is to have, and what becomes of that.</summary>
internal sealed class WantedChildren(IkeSa sa)
{
    /// <summary>Those that are ours to ask for; none where the peer began.</summary>
    public IReadOnlyList<ChildSpec> Specs { get; private set; } = [];

    /// <summary>One of them that is not there, nor under way; null when all are.</summary>
    public ChildSpec? Missing
    {
        get
        {
            for (int i = 0; i < Specs.Count; i++)
            {
                if (!sa.Children.Has(Specs[i]) && !sa.Pending.Makes(Specs[i]))
                    return Specs[i];
            }

            return null;
        }
    }

    /// <summary>A child that is missing is not asked for before.</summary>
    public TimeSpan NotBefore { get; private set; }

    /// <summary>Why no child is left; null while there is one.</summary>
    public IkeFailure? Loss { get; private set; }

    public void Want(IReadOnlyList<ChildSpec> specs) => Specs = specs;

    /// <summary>The children have moved here from another IKE SA, and with them what is wanted.</summary>
    public void TakeOver(WantedChildren other)
    {
        Specs = other.Specs;
        NotBefore = other.NotBefore;
    }

    /// <summary>Another child was refused: it is asked for again after a while.</summary>
    /// <param name="failure">What to tell; null where the peer was only busy.</param>
    public void Delay(IkeFailure? failure)
    {
        TimeSpan wait = failure is null ? sa.RetryDelay() : sa.Config.Retry.Longest;
        NotBefore = sa.Now + wait;
        if (failure is null)
            return;
        if (sa.Children.Count == 0)
            Lose(failure);
        else
            sa.Report(new ChildFailed(sa.Config.Name, failure, wait));
    }

    /// <summary>The last child is gone: what is wanted comes from a new IKE SA.</summary>
    public void Lose(IkeFailure reason)
    {
        Loss ??= reason;
        sa.NeedsReplacement = true;
        NotBefore = TimeSpan.MaxValue;
    }
}

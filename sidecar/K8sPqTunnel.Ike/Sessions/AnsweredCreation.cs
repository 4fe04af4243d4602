using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Exchanges;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>A CREATE_CHILD_SA of the peer that we have answered, and the IKE_FOLLOWUP_KE exchanges still to come (RFC 9370 2.2.4).</summary>
/// <param name="rest">The additional key exchanges of the choice, in order.</param>
internal abstract class AnsweredCreation(FreshKeys fresh, IReadOnlyList<KeyExchangeMethod> rest)
{
    public FreshKeys Fresh { get; } = fresh;

    /// <summary>The key exchanges that the peer has yet to run.</summary>
    public IReadOnlyList<KeyExchangeMethod> Rest { get; private set; } = rest;

    /// <summary>Our SPI of the new SA, as it stands on the wire.</summary>
    public abstract byte[] OwnSpi { get; }

    /// <summary>Forgotten unless the peer goes on until then.</summary>
    public TimeSpan ExpiresAt { get; set; }

    /// <summary>The SA is there.</summary>
    public bool IsFinished { get; private set; }

    public bool IsAbandoned { get; private set; }

    /// <summary>Whether a request is for the same.</summary>
    public abstract bool IsFor(CreationRequest request);

    /// <summary>One more key exchange has been run.</summary>
    public void CountRound() => Rest = [.. Rest.Skip(1)];

    /// <summary>Makes the SA: all its keys are there. Before the answer is sent that tells the peer so.</summary>
    public void Finish(IkeSa sa)
    {
        Make(sa);
        IsFinished = true;
        Fresh.Dispose();
    }

    /// <summary>Nothing comes of it any more.</summary>
    public void Abandon(IkeSa sa)
    {
        if (IsFinished || IsAbandoned)
            return;
        IsAbandoned = true;
        Release(sa);
        Fresh.Dispose();
    }

    /// <summary>Of two that were begun at the same time, this one counts (RFC 7296 2.8.1, 2.8.2).</summary>
    public abstract void Win(IkeSa sa);

    /// <summary>Ours counts: the peer stops this one, or deletes what has come of it.</summary>
    public abstract void Lose(IkeSa sa);

    protected abstract void Make(IkeSa sa);

    protected abstract void Release(IkeSa sa);
}

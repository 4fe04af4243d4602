using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>
/// A CREATE_CHILD_SA that we begin, with the IKE_FOLLOWUP_KE exchanges that its choice asks for (RFC 7296 1.3, RFC 9370 2.2.4): what is
/// the same for a child SA and for an IKE SA.
/// </summary>
internal abstract class CreationTask : IExchangeTask, IDisposable
{
    /// <summary>The part of its lifetime that an SA has left when a peer that is always busy is no more waited for.</summary>
    protected const double LastResort = 0.05;

    private KeyExchangeMethod? _method;
    private IReadOnlyList<KeyExchangeMethod> _rest = [];
    private int _methodRounds;

    public ExchangeType Exchange => ExchangeType.CreateChildSa;

    public FreshKeys Fresh { get; } = new();

    /// <summary>CREATE_CHILD_SA is answered, IKE_FOLLOWUP_KE under way: no collision is to be judged any more (RFC 9370 2.2.4).</summary>
    public bool IsInFollowup { get; private set; }

    /// <summary>What the peer began for the same SA while ours was under way (RFC 7296 2.8.1).</summary>
    public AnsweredCreation? Rival { get; set; }

    /// <summary>What is proposed, in our order.</summary>
    protected abstract IReadOnlyList<IReadOnlyList<Transform>> Proposals { get; }

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        sa.Creation = this;
        // What the peer has begun and not gone on with (RFC 9370 2.2.4) collides as much as what is still to come.
        Rival ??= sa.Pending.All.FirstOrDefault(creation => !creation.IsAbandoned && IsFor(creation));
        _method ??= KeyExchangePlan.Of(Proposals[0]).Initial;
        Fresh.Ni = NoncePayload.Draw(sa.Environment.Random);
        WriteProposals(sa, writer);
        NoncePayload.Write(writer, Fresh.Ni);
        if (_method != KeyExchangeMethod.None)
            KeyExchangePayload.Write(writer, _method.Value, Fresh.Start(sa.Environment.KeyExchanges, _method.Value));
        WriteSelectors(writer);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        if (message.TryFindNotify(NotifyType.InvalidKePayload, out NotifyPayload wish))
            return RepeatWithMethod(sa, wish);
        if (message.TryFindError(out NotifyPayload error))
            return Refuse(sa, error);
        if (!message.TryFind(PayloadType.Nonce, out ReadOnlySpan<byte> nonce) || !NoncePayload.IsValid(nonce))
            return Violation(sa, "its CREATE_CHILD_SA answer lacks a nonce or has a malformed one");
        if (TakeChoice(sa, message, out KeyExchangePlan plan) is { } failure)
            return Fail(sa, failure);

        Fresh.Nr = nonce.ToArray();
        _rest = plan.Additional;
        if (plan.Initial != _method)
            return Violation(sa, $"it chose key exchange method {(int)plan.Initial}, but our key is of {(int)_method!.Value}");
        if (plan.Initial != KeyExchangeMethod.None && CompleteKeyExchange(sa, message, plan.Initial) is { } refusal)
            return refusal;
        return GoOn(sa, message);
    }

    /// <summary>Writes the next additional key exchange.</summary>
    public void WriteFollowup(IkeSa sa, PayloadWriter writer)
    {
        KeyExchangeMethod method = _rest[0];
        KeyExchangePayload.Write(writer, method, Fresh.Start(sa.Environment.KeyExchanges, method));
    }

    /// <summary>Takes the answer to it.</summary>
    public TaskStep TakeFollowup(IkeSa sa, in IkeMessage message)
    {
        // RFC 9370 2.2.4: with STATE_NOT_FOUND, or any other error, this SA is given up.
        if (message.TryFindError(out NotifyPayload error))
            return Refuse(sa, error);
        KeyExchangeMethod method = _rest[0];
        _rest = [.. _rest.Skip(1)];
        return CompleteKeyExchange(sa, message, method) ?? GoOn(sa, message);
    }

    /// <summary>Whether a peer's request is for the same.</summary>
    public abstract bool IsFor(CreationRequest request);

    /// <summary>Whether what the peer has begun is for the same.</summary>
    protected abstract bool IsFor(AnsweredCreation creation);

    /// <summary>Nothing comes of it: gives back what was taken for it.</summary>
    public virtual void Abandon(IkeSa sa) => Dispose();

    public void Dispose() => Fresh.Dispose();

    /// <summary>What is rekeyed, and the SA payload.</summary>
    protected abstract void WriteProposals(IkeSa sa, PayloadWriter writer);

    protected abstract void WriteSelectors(PayloadWriter writer);

    /// <summary>Takes all of the answer but nonce and key.</summary>
    protected abstract IkeFailure? TakeChoice(IkeSa sa, in IkeMessage message, out KeyExchangePlan plan);

    /// <summary>Makes the SA: all its keys are there.</summary>
    /// <param name="isRedundant">Ours is the one of two that is to be deleted, by us (RFC 7296 2.8.1).</param>
    protected abstract void Finish(IkeSa sa, bool isRedundant);

    /// <summary>The peer's is the one that counts, and of ours there is nothing to delete.</summary>
    protected abstract void Yield(IkeSa sa);

    /// <summary>Draws the conclusion from a refusal.</summary>
    protected abstract void Refused(IkeSa sa, RefusalKind refusal, IkeFailure failure);

    /// <summary>The peer has a successor of its own under way, or ready: that one counts.</summary>
    protected bool LeaveToRival(IkeSa sa)
    {
        if (Rival is null or { IsAbandoned: true })
            return false;
        Rival.Win(sa);
        return true;
    }

    private TaskStep GoOn(IkeSa sa, in IkeMessage message)
    {
        bool isRedundant = !IsInFollowup && Rival is { IsAbandoned: false } &&
            Fresh.LowestNonce.SequenceCompareTo(Rival.Fresh.LowestNonce) < 0;
        if (_rest.Count == 0)
        {
            sa.PutOffs?.Forget();
            Finish(sa, isRedundant);
            return End(sa);
        }

        if (isRedundant)
        {
            // RFC 9370 2.2.4: there is nothing to delete yet, so it just stops.
            Yield(sa);
            Abandon(sa);
            return End(sa);
        }

        if (!message.TryFindNotify(NotifyType.AdditionalKeyExchange, out NotifyPayload link))
            return Violation(sa, "its answer has no link to the key exchange that has to follow (ADDITIONAL_KEY_EXCHANGE)");
        // RFC 9370 2.2.4: of two, theirs has the lowest nonce: the peer stops it.
        Rival?.Lose(sa);
        IsInFollowup = true;
        return TaskStep.Next(new FollowupTask(this, link.Data.ToArray()));
    }

    private TaskStep? CompleteKeyExchange(IkeSa sa, in IkeMessage message, KeyExchangeMethod method)
    {
        if (!message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body) ||
            !KeyExchangePayload.TryRead(body, out KeyExchangePayload ke))
        {
            return Violation(sa, "its answer has no key");
        }

        if (ke.Method != method)
            return Violation(sa, $"it answered {method} with a key of method {(int)ke.Method}");
        // draft-ietf-ipsecme-ikev2-mlkem 2.2: a wrong ciphertext in these exchanges ends the IKE SA that carries them.
        return Fresh.TryComplete(ke.Data, out KeyExchangeError error) ? null : Violation(sa, $"its {method} key is refused ({error})");
    }

    private TaskStep RepeatWithMethod(IkeSa sa, NotifyPayload wish)
    {
        if (wish.Data.Length != sizeof(ushort))
            return Violation(sa, "its INVALID_KE_PAYLOAD names no method");
        var wanted = (KeyExchangeMethod)BinaryPrimitives.ReadUInt16BigEndian(wish.Data);
        bool isOffered = Proposals.Any(p => p.Contains(Transform.Of(wanted)));
        // RFC 7296 1.3: obeyed within what we offered; not where the peer's own exchange has overtaken ours.
        if (wanted == _method || !isOffered || ++_methodRounds > IkeLimits.MethodRounds || Rival is not null)
            return Refuse(sa, wish);
        _method = wanted;
        return TaskStep.Next(this);
    }

    private TaskStep Refuse(IkeSa sa, NotifyPayload error)
    {
        // RFC 7296 2.21.3: who answers so has given up the IKE SA.
        if (error.Type == NotifyType.InvalidSyntax)
            return Fail(sa, PeerErrors.InCreate(sa, error));
        Abandon(sa);
        Refused(sa, RefusalRules.Of(error.Type), PeerErrors.InCreate(sa, error));
        if (error.Type == NotifyType.TemporaryFailure)
            sa.NeedsReplacement |= (sa.PutOffs ??= new PutOffs()).Add(sa.Now);
        return End(sa);
    }

    private TaskStep Violation(IkeSa sa, string what) => Fail(sa, PeerErrors.Violation(sa, what));

    // The peer may count the new SA as there: only the end of the IKE SA leaves no doubt.
    private static TaskStep Fail(IkeSa sa, IkeFailure failure) => TaskStep.Fail(failure, peerThinksItIsUp: sa.State != IkeSaState.Dead);

    private TaskStep End(IkeSa sa)
    {
        Dispose();
        sa.Creation = null;
        return TaskStep.Done;
    }
}

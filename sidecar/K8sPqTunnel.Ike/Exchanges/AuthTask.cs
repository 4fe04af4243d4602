using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>IKE_AUTH with a pre-shared key, and the first child SA in the same exchange (RFC 7296 1.2, 2.15).</summary>
internal sealed class AuthTask : IExchangeTask
{
    private readonly ChildCreate _child = new();
    private uint _messageId;

    private AuthTask()
    {
        // Only Begin makes one, so that the policy is looked at.
    }

    public ExchangeType Exchange => ExchangeType.IkeAuth;

    /// <summary>Goes on to IKE_AUTH, with keys from all chosen key exchanges.</summary>
    /// <exception cref="InvalidOperationException">
    /// The policy requires ML-KEM and none was run: the last line behind the check of the answer.
    /// </exception>
    public static AuthTask Begin(IkeSa sa)
    {
        if (sa.Config.QuantumPolicy == QuantumPolicy.Required && !sa.IsQuantumSafe)
            throw new InvalidOperationException("IKE_AUTH without the required post-quantum key exchange");
        sa.MoveTo(IkeSaState.Authenticating);
        return new AuthTask();
    }

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        _messageId = messageId;
        byte[] id = sa.Config.LocalIdentity.PayloadBody;
        PpkPart.PrepareAuth(sa);

        IdentityPayload.Write(writer, PayloadType.IdentityInitiator, id);
        if (sa.InitialContact)
            NotifyPayload.Write(writer, NotifyType.InitialContact);   // RFC 7296 2.4
        if (sa.Config.RemoteIdentity is { } remote)
            IdentityPayload.Write(writer, PayloadType.IdentityResponder, remote.PayloadBody);
        AuthenticationPayload.Write(writer, AuthenticationMethod.SharedKey, Proof(sa, sa.OwnSkP, id));
        _child.WriteRequest(sa, writer);
        PpkPart.WriteAuth(sa, writer, () => Proof(sa, sa.KeysWithoutPpk!.SkPi, id));
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        if (!message.TryFind(PayloadType.Authentication, out ReadOnlySpan<byte> authBody))
        {
            return message.TryFindError(out NotifyPayload error)
                ? TaskStep.Fail(PeerErrors.InAuth(sa, error))
                : TaskStep.Fail(PeerErrors.Violation(sa, "its IKE_AUTH answer has no AUTH payload"), peerThinksItIsUp: true);
        }

        if (PpkPart.TakeAuth(sa, message) is { } withoutPpk)
            return TaskStep.Fail(withoutPpk, peerThinksItIsUp: true);
        if (Refusal(sa, message, authBody) is { } refusal)
            return TaskStep.Fail(refusal, peerThinksItIsUp: true);

        // An IKE SA without its child is no tunnel: it never counts as established.
        if (_child.Accept(sa, message, out ChildSa? child, out string esp) is { } childFailure)
            return TaskStep.Fail(childFailure, peerThinksItIsUp: true);
        sa.MoveTo(IkeSaState.Established);
        sa.Report(Established(sa));
        sa.Install(child!, esp);
        return TaskStep.Done;
    }

    private byte[] Proof(IkeSa sa, Secret skP, byte[] id)
    {
        PrfId prf = sa.Selection!.Algorithms.Prf;
        return PskAuth.Compute(prf, sa.Config.PreSharedKey, sa.Handshake.SignedOctets(prf, sa.IsInitiator, skP, id, _messageId));
    }

    /// <summary>Why the peer is not who it has to be; null when it is.</summary>
    private IkeFailure? Refusal(IkeSa sa, in IkeMessage message, ReadOnlySpan<byte> authBody)
    {
        if (!message.TryFind(PayloadType.IdentityResponder, out ReadOnlySpan<byte> idBody) ||
            !IdentityPayload.TryRead(idBody, out IdentityPayload id) ||
            !AuthenticationPayload.TryRead(authBody, out AuthenticationPayload auth))
        {
            return PeerErrors.Violation(sa, "its IKE_AUTH answer lacks a payload or has a malformed one");
        }

        if (auth.Method != AuthenticationMethod.SharedKey)
            return new IkeFailure(
                FailureReason.AuthenticationFailed,
                $"{PeerErrors.Peer(sa)} proves itself by method {(int)auth.Method}, but a pre-shared key is configured: " +
                "set the peer to PSK");

        PrfId prf = sa.Selection!.Algorithms.Prf;
        byte[] signed = sa.Handshake.SignedOctets(prf, !sa.IsInitiator, sa.PeerSkP, idBody, _messageId);
        if (!PskAuth.Verify(prf, sa.Config.PreSharedKey, signed, auth.Data))
            return new IkeFailure(
                FailureReason.AuthenticationFailed,
                $"{PeerErrors.Peer(sa)} does not know our pre-shared key: compare the key on both ends, without a line end at its end");

        var identity = new IkeIdentity(id.Type, id.Data);
        if (sa.Config.RemoteIdentity is { } expected && !expected.Equals(identity))
            return new IkeFailure(
                FailureReason.PeerIdentityMismatch,
                $"{PeerErrors.Peer(sa)} is {identity}, but {expected} is expected: set spec.peer.id to what the peer is called");

        sa.PeerIdentity = identity;
        return null;
    }

    private static IkeSaEstablished Established(IkeSa sa) => new(
        sa.Config.Name,
        sa.InitiatorSpi,
        sa.ResponderSpi,
        sa.Path,
        sa.PeerIdentity!,
        sa.Selection!.ToString(),
        [.. sa.KeyExchangesRun.Select(method => method.Name)],
        sa.IsQuantumSafe,
        sa.Nat.LocalBehindNat,
        sa.Nat.PeerBehindNat,
        sa.Fragmentation,
        sa.LargestFragmentCount,
        sa.PostquantumKey?.Id);
}

using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>IKE_AUTH: both ends' proofs, and the first child SA in the same exchange (RFC 7296 1.2, 2.15).</summary>
internal sealed class AuthTask : IExchangeTask
{
    private readonly ChildCreate _child = new();

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
        if (sa.Config.QuantumPolicy == QuantumPolicy.Required && !sa.Keys.IsQuantumSafe)
            throw new InvalidOperationException("IKE_AUTH without the required post-quantum key exchange");
        sa.MoveTo(IkeSaState.Authenticating);
        return new AuthTask();
    }

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        byte[] id = sa.Config.LocalIdentity.PayloadBody;
        PpkPart.PrepareAuth(sa);

        // In the order of RFC 7296 1.2.
        IdentityPayload.Write(writer, PayloadType.IdentityInitiator, id);
        OwnProof.WriteCertificates(sa, writer);
        if (sa.InitialContact)
            NotifyPayload.Write(writer, NotifyType.InitialContact);   // RFC 7296 2.4
        OwnProof.WriteRequest(sa, writer);
        // Who takes several identities leaves the choice to the peer.
        if (sa.Config.RemoteIdentity is { } remote && !IdentityRule.HasWildcard(remote))
            IdentityPayload.Write(writer, PayloadType.IdentityResponder, remote.PayloadBody);
        OwnProof.Write(sa, sa.Keys.OwnSkP, id, messageId, writer);
        if (!IsChildless(sa))
            _child.WriteRequest(sa, writer);
        MobikeNotifies.WriteSupport(sa, writer);
        PpkPart.WriteAuth(sa, writer, () => OwnProof.Make(sa, sa.Keys.WithoutPpk!.SkPi, id, messageId));
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        if (!message.TryFind(PayloadType.Authentication, out _))
        {
            return message.TryFindError(out NotifyPayload error)
                ? TaskStep.Fail(PeerErrors.InAuth(sa, error))
                : TaskStep.Fail(PeerErrors.Violation(sa, "its IKE_AUTH answer has no AUTH payload"), peerThinksItIsUp: true);
        }

        if (PpkPart.TakeAuth(sa, message) is { } withoutPpk)
            return TaskStep.Fail(withoutPpk, peerThinksItIsUp: true);
        ProofStep proof = PeerProof.Take(sa, message);
        if (proof.IsPending)
            return TaskStep.Later;
        if (proof.Failure is { } refusal)
            return TaskStep.Fail(refusal, peerThinksItIsUp: true);

        // RFC 5685 3: the peer has proved itself, and has no child for us.
        if (RedirectNotify.Take(sa, message, nonce: []) is { } redirect)
            return TaskStep.Fail(redirect, peerThinksItIsUp: true);

        // An IKE SA whose child was refused is no tunnel: it never counts as established.
        ChildSa? child = null;
        string esp = "";
        if (!IsChildless(sa) && _child.Accept(sa, message, out child, out esp) is { } childFailure)
            return TaskStep.Fail(childFailure, peerThinksItIsUp: true);
        MobikeNotifies.TakeSupport(sa, message);
        sa.MoveTo(IkeSaState.Established);
        sa.ReportEstablished();
        if (child is not null)
            sa.FirstChild.Install(child, esp);
        return TaskStep.Done;
    }

    // RFC 6023 3: only towards a peer that has announced it.
    private static bool IsChildless(IkeSa sa) => sa.Config.Childless && sa.Handshake.PeerTakesChildless;

    /// <summary>What is told of an SA that is up.</summary>
    internal static IkeSaEstablished Established(IkeSa sa) => new(
        sa.Config.Name,
        sa.InitiatorSpi,
        sa.ResponderSpi,
        sa.Path,
        sa.PeerIdentity!,
        sa.Keys.Selection!.ToString(),
        [.. sa.Keys.Run.Select(method => method.Name)],
        sa.Keys.IsQuantumSafe,
        sa.Nat.LocalBehindNat,
        sa.Nat.PeerBehindNat,
        sa.Fragmentation,
        sa.LargestFragmentCount,
        sa.IsInitiator,
        sa.Keys.PostquantumKey?.Id,
        sa.Succession.Generation == 0 ? sa.Now - sa.BegunAt : null);
}

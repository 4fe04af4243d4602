using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Responding;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>
/// A peer's IKE_AUTH: which connection it means, whether it is who it says, our own proof, and the first child SA where it wants one
/// (RFC 7296 1.2, 2.15; RFC 6023).
/// </summary>
internal static class AuthAnswer
{
    public static AnswerStep HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        if (TryReadIdentities(message, out IkeIdentity? peer, out IkeIdentity? us) is { } malformed)
            return Refuse(sa, answer, NotifyType.InvalidSyntax, PeerErrors.Violation(sa, malformed));
        if (Choose(sa, peer!, us) is not { } acceptor)
            return Refuse(sa, answer, NotifyType.AuthenticationFailed, PeerErrors.NobodyMeant(sa, peer!, us));
        sa.BelongTo(acceptor.Config, sa.Environment, sa.Drops);
        // The acceptors were chosen by it; this is the last line behind them.
        if (sa.Config.QuantumPolicy == QuantumPolicy.Required && !sa.Keys.IsQuantumSafe)
            return Refuse(sa, answer, NotifyType.AuthenticationFailed, PeerErrors.ClassicalChoice(sa, sa.Keys.Selection!));
        if (!message.TryFind(PayloadType.Authentication, out _))
            return Refuse(sa, answer, NotifyType.AuthenticationFailed, PeerErrors.WantsEap(sa));

        if (PpkAnswer.TakeAuth(sa, message, out ReadOnlySpan<byte> proofWithoutPpk) is { } noPpk)
            return Refuse(sa, answer, NotifyType.AuthenticationFailed, noPpk);
        sa.Handshake.PeerAuthorities = CertificateRequestPayload.AuthoritiesOf(message);
        ProofStep proof = PeerProof.Take(sa, message, proofWithoutPpk);
        if (proof.IsPending)
            return AnswerStep.Later;
        if ((proof.Failure ?? OwnProof.WhyNot(sa, sa.Handshake.PeerHashes)) is { } refusal)
            return Refuse(sa, answer, NotifyType.AuthenticationFailed, refusal);

        if (MobikeNotifies.MeetsForbiddenNat(message, sa.Path))
            return Refuse(sa, answer, NotifyType.UnexpectedNatDetected, PeerErrors.ForbidsNat(sa));

        sa.Handshake.PeerSaysInitialContact = message.HasNotify(NotifyType.InitialContact);
        IkeConnection connection = acceptor.Claim(sa.PeerIdentity!, sa.Path);
        sa.Handshake.Claimed = connection;
        sa.BelongTo(connection.Config, connection.Environment, connection.Drops);
        Accept(sa, message, us, answer);
        return AnswerStep.Send;
    }

    /// <summary>Our own proof and the child; the SA is up.</summary>
    private static void Accept(IkeSa sa, in IkeMessage message, IkeIdentity? asked, PayloadWriter answer)
    {
        byte[] id = (sa.Config.IdentityFor(asked) ?? sa.Config.LocalIdentity).PayloadBody;
        IdentityPayload.Write(answer, PayloadType.IdentityResponder, id);
        OwnProof.WriteCertificates(sa, answer);
        OwnProof.Write(sa, sa.Keys.OwnSkP, id, message.Header.MessageId, answer);
        PpkAnswer.WriteAuth(sa, answer);

        // RFC 6023 3: a request without SA payload wants no child. RFC 7296 1.2: where the child is refused, the IKE SA stands.
        ChildSa? child = null;
        string proposal = "";
        IkeFailure? refusal = message.TryFind(PayloadType.SecurityAssociation, out _)
            ? ChildAnswer.Create(sa, message, answer, out child, out proposal)
            : null;
        MobikeNotifies.TakeSupport(sa, message);
        if (sa.Mobility.IsAgreed)
            MobikeNotifies.WriteSupport(sa, answer);
        sa.MoveTo(IkeSaState.Established);
        sa.ReportEstablished();
        if (child is not null)
            sa.FirstChild.Install(child, proposal);
        if (refusal is not null)
            sa.Report(new Events.PeerTurnedAway(sa.Config.Name, sa.Path, refusal));
    }

    /// <returns>What is wrong with them; null where nothing is.</returns>
    private static string? TryReadIdentities(in IkeMessage message, out IkeIdentity? peer, out IkeIdentity? us)
    {
        peer = us = null;
        if (!message.TryFind(PayloadType.IdentityInitiator, out ReadOnlySpan<byte> peerBody) ||
            !IdentityPayload.TryRead(peerBody, out IdentityPayload peerId))
        {
            return "its IKE_AUTH request has no identity";
        }

        peer = new IkeIdentity(peerId.Type, peerId.Data);
        if (!message.TryFind(PayloadType.IdentityResponder, out ReadOnlySpan<byte> ourBody))
            return null;
        if (!IdentityPayload.TryRead(ourBody, out IdentityPayload ourId))
            return "the identity that it wants of us is malformed";
        us = new IkeIdentity(ourId.Type, ourId.Data);
        return null;
    }

    /// <summary>A connection that names the peer goes before one with a wildcard, and that before one that takes anybody.</summary>
    private static Acceptor? Choose(IkeSa sa, IkeIdentity peer, IkeIdentity? us) => sa.Handshake.Acceptors
        .Where(acceptor => acceptor.IsOpen && acceptor.IsMeant(peer, us))   // It may have been closed since IKE_SA_INIT.
        .MinBy(acceptor => acceptor.Config.RemoteIdentity is not { } expected ? 2 : IdentityRule.HasWildcard(expected) ? 1 : 0);

    private static AnswerStep Refuse(IkeSa sa, PayloadWriter answer, NotifyType error, IkeFailure failure)
    {
        NotifyPayload.Write(answer, error);                              // RFC 7296 2.21.2
        sa.Refuse(failure);
        return AnswerStep.Send;
    }
}

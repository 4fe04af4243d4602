using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The IKE SA's part of a peer's CREATE_CHILD_SA that rekeys it (RFC 7296 1.3.2).</summary>
internal static class RekeyIkeAnswer
{
    /// <summary>Chooses, or writes the error that the peer gets instead. The quantum policy holds for a rekey as for the first SA.</summary>
    /// <returns>Why the IKE SA is not rekeyed.</returns>
    public static IkeFailure? Prepare(IkeSa sa, in IkeMessage message, PayloadWriter answer, out PreparedAnswer prepared)
    {
        prepared = default;
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> body) ||
            !PeerProposal.TryReadAll(body, ProtocolId.Ike, IkeSpi.Length, out List<PeerProposal> offered))
        {
            NotifyPayload.Write(answer, NotifyType.InvalidSyntax);
            return PeerErrors.Violation(sa, "its request to rekey the IKE SA has a malformed proposal");
        }

        if (Offer.TryMake(sa.Config, sa.Environment.Crypto, out IReadOnlyList<IkeProposal> ours) is { } impossible)
        {
            NotifyPayload.Write(answer, NotifyType.NoProposalChosen);
            return impossible;
        }

        List<PeerProposal> usable = [.. offered.Where(proposal => !IkeSpi.Read(proposal.Spi).IsZero)];
        // RFC 9370 2.2.4: IKE_FOLLOWUP_KE needs no announcement.
        if (ProposalChoice.ForIke(usable, ours, sa.Config.ProposalOrder, sa.Config.QuantumPolicy, intermediate: true) is not { } match)
        {
            NotifyPayload.Write(answer, NotifyType.NoProposalChosen);
            return PeerErrors.NoRekeyProposal(sa, offered, ours);
        }

        prepared = new PreparedAnswer(
            ProtocolId.Ike,
            match,
            (fresh, rest) => new AnsweredIke(
                fresh, rest, new IkeSelection(match.Transforms), IkeSpi.Read(match.Proposal.Spi), IkeSpi.Draw(sa.Environment.Random)),
            _ => { });
        return null;
    }
}

using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>CREATE_CHILD_SA for the successor of the IKE SA (RFC 7296 1.3.2, 2.18).</summary>
/// <param name="offer">What may be offered, as in IKE_SA_INIT: the quantum policy holds for a rekey too.</param>
internal sealed class RekeyIkeTask(IReadOnlyList<IkeProposal> offer) : CreationTask
{
    private IkeSpi _ours;
    private IkeSpi _theirs;
    private IkeSelection? _selection;

    protected override IReadOnlyList<IReadOnlyList<Transform>> Proposals { get; } = [.. offer.Select(proposal => proposal.Transforms)];

    public override bool IsFor(CreationRequest request) => request.Kind == CreationKind.RekeyIke;

    protected override bool IsFor(AnsweredCreation creation) => creation is AnsweredIke;

    protected override void WriteProposals(IkeSa sa, PayloadWriter writer)
    {
        if (_ours.IsZero)
            _ours = IkeSpi.Draw(sa.Environment.Random);
        SaPayload.Write(writer, ProtocolId.Ike, _ours.ToArray(), Proposals);
    }

    protected override void WriteSelectors(PayloadWriter writer)
    {
        // An IKE SA has none.
    }

    protected override IkeFailure? TakeChoice(IkeSa sa, in IkeMessage message, out KeyExchangePlan plan)
    {
        plan = KeyExchangePlan.Of([]);
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> body))
            return PeerErrors.Violation(sa, "its answer to the rekey of the IKE SA lacks a proposal");
        AnswerFault fault = ProposalAnswer.Check(
            body, ProtocolId.Ike, Proposals, IkeSpi.Length, out IReadOnlyList<Transform> chosen, out ReadOnlySpan<byte> spi);
        // The offer holds nothing that the policy forbids, so a choice without ML-KEM leaves out what is required.
        if (fault == AnswerFault.KeyExchangeMissing && sa.Config.QuantumPolicy == QuantumPolicy.Required)
            return PeerErrors.ClassicalChoice(sa, new IkeSelection(chosen));
        if (fault != AnswerFault.None || IkeSpi.Read(spi).IsZero)
            return PeerErrors.Violation(sa, $"its answer to the rekey of the IKE SA is no choice from our proposals ({fault})");
        _theirs = IkeSpi.Read(spi);
        _selection = new IkeSelection(chosen);
        plan = KeyExchangePlan.Of(chosen);
        return null;
    }

    protected override void Finish(IkeSa sa, bool isRedundant)
    {
        IkeSa successor = IkeSa.Replace(sa, weBegan: true, _ours, _theirs, _selection!, Fresh);
        // The peer's own may have taken over meanwhile.
        if (isRedundant || sa.State != IkeSaState.Established)
        {
            successor.EndAt(sa.Now);                                 // RFC 7296 2.8.2: by who created it
            Yield(sa);
            return;
        }

        sa.Report(new RekeyEnded(sa.Config.Name, RekeyKind.Ike, ByPeer: false, RekeyOutcome.Done));
        Rival?.Lose(sa);
        sa.Succession.GiveWayTo(successor, sa.Now);
    }

    protected override void Yield(IkeSa sa)
    {
        sa.Report(new RekeyEnded(sa.Config.Name, RekeyKind.Ike, ByPeer: false, RekeyOutcome.Redundant));
        LeaveToRival(sa);
    }

    protected override void Refused(IkeSa sa, RefusalKind refusal, IkeFailure failure)
    {
        bool isForGood = refusal != RefusalKind.Later;
        sa.Report(new RekeyEnded(
            sa.Config.Name, RekeyKind.Ike, ByPeer: false, isForGood ? RekeyOutcome.Failed : RekeyOutcome.PutOff, isForGood ? failure : null));
        if (LeaveToRival(sa))
            return;
        sa.RekeyAt = isForGood ? TimeSpan.MaxValue : sa.Now + sa.RetryDelay();
        sa.NeedsReplacement |= isForGood || sa.EndsAt - sa.RekeyAt < sa.Config.IkeLifetime * LastResort;
    }
}

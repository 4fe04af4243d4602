using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The child SA's part of a peer's CREATE_CHILD_SA: algorithms, SPI, traffic selectors (RFC 7296 1.3.1, 1.3.3, 2.9).</summary>
internal static class ChildCreationAnswer
{
    /// <summary>Chooses, or writes the error that the peer gets instead.</summary>
    /// <returns>Why there is no child.</returns>
    public static IkeFailure? Prepare(
        IkeSa sa, in IkeMessage message, CreationRequest request, PayloadWriter answer, out PreparedAnswer prepared)
    {
        prepared = default;
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> saBody) ||
            !message.TryFind(PayloadType.TrafficSelectorInitiator, out ReadOnlySpan<byte> remoteBody) ||
            !message.TryFind(PayloadType.TrafficSelectorResponder, out ReadOnlySpan<byte> localBody) ||
            !PeerProposal.TryReadAll(saBody, ProtocolId.Esp, EspSpi.Length, out List<PeerProposal> offered) ||
            !TrafficSelectorPayload.TryRead(remoteBody, out List<TrafficSelector> remote) ||
            !TrafficSelectorPayload.TryRead(localBody, out List<TrafficSelector> local))
        {
            NotifyPayload.Write(answer, NotifyType.InvalidSyntax);
            return PeerErrors.Violation(sa, "its request for a child SA lacks a payload or has a malformed one");
        }

        if (Choose(sa, message, offered) is not { } match)
        {
            NotifyPayload.Write(answer, NotifyType.NoProposalChosen);
            return PeerErrors.NoChildProposal(sa, offered);
        }

        if (Narrow(sa, request.Old, local, remote, out ChildSpec? spec) is not { IsEmpty: false } narrowed)
        {
            NotifyPayload.Write(answer, NotifyType.TsUnacceptable);  // RFC 7296 2.9
            return PeerErrors.NoCommonTraffic(sa, local, remote);
        }

        prepared = new PreparedAnswer(
            ProtocolId.Esp,
            match,
            (fresh, rest) =>
            {
                var choice = new ChildChoice(
                    new EspSelection(match.Transforms), sa.Environment.EspSpis.Allocate(), SpiOf(match.Proposal), new ChildSpec(narrowed.Local, narrowed.Remote));
                return new AnsweredChild(fresh, rest, choice, request.Old, spec);
            },
            writer =>
            {
                TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorInitiator, narrowed.Remote);
                TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorResponder, narrowed.Local);
                if (narrowed.HasMore)
                    NotifyPayload.Write(writer, NotifyType.AdditionalTsPossible);
            });
        return null;
    }

    /// <summary>What suits the key that the peer sent goes first, so that it need not send another.</summary>
    private static ProposalMatch? Choose(IkeSa sa, in IkeMessage message, List<PeerProposal> offered)
    {
        KeyExchangeMethod sent = message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body) &&
            KeyExchangePayload.TryRead(body, out KeyExchangePayload ke) ? ke.Method : KeyExchangeMethod.None;
        List<PeerProposal> usable = [.. offered.Where(proposal => SpiOf(proposal).Value >= EspSpi.Lowest)];
        List<IReadOnlyList<Transform>> ours = [.. sa.Config.EspProposals.Select(proposal => proposal.Transforms)];
        return ProposalChoice.Choose(usable, ours, sa.Config.ProposalOrder, chosen => KeyExchangePlan.Of(chosen).Initial == sent) ??
            ProposalChoice.Choose(usable, ours, sa.Config.ProposalOrder, suits: null);
    }

    /// <param name="spec">Which of the children that are ours to ask for this is; null for none.</param>
    private static SelectorNarrowing? Narrow(
        IkeSa sa, Child? old, List<TrafficSelector> local, List<TrafficSelector> remote, out ChildSpec? spec)
    {
        spec = null;
        if (old?.Spec is not null)
        {
            spec = old.Spec;
            return SelectorNarrowing.Of(local, remote, spec.Local, spec.Remote);
        }

        IReadOnlyList<ChildSpec> carried = sa.Wanted.Specs.Count > 0 ? sa.Wanted.Specs : ChildSpec.Of(sa.Config);
        foreach (ChildSpec one in carried)
        {
            SelectorNarrowing narrowed = SelectorNarrowing.Of(local, remote, one.Local, one.Remote);
            if (narrowed.IsEmpty)
                continue;
            spec = sa.Wanted.Specs.Contains(one) && !sa.Children.Has(one) ? one : null;
            return narrowed;
        }

        return null;
    }

    private static EspSpi SpiOf(PeerProposal proposal) => new(BinaryPrimitives.ReadUInt32BigEndian(proposal.Spi));
}

using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The child SA's part of a peer's IKE_AUTH: our choice of algorithms, SPI, traffic selectors (RFC 7296 1.2, 2.9, 2.17).</summary>
internal static class ChildAnswer
{
    /// <summary>Makes the child and writes its payloads, or the error that the peer gets instead.</summary>
    /// <param name="child">To be installed; null with a failure.</param>
    /// <param name="proposal">The chosen algorithms in strongSwan's keywords.</param>
    /// <returns>Why there is no child.</returns>
    public static IkeFailure? Create(IkeSa sa, in IkeMessage message, PayloadWriter answer, out ChildSa? child, out string proposal)
    {
        child = null;
        proposal = "";
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> saBody) ||
            !message.TryFind(PayloadType.TrafficSelectorInitiator, out ReadOnlySpan<byte> remoteBody) ||
            !message.TryFind(PayloadType.TrafficSelectorResponder, out ReadOnlySpan<byte> localBody) ||
            !PeerProposal.TryReadAll(saBody, ProtocolId.Esp, EspSpi.Length, out List<PeerProposal> offered) ||
            !TrafficSelectorPayload.TryRead(remoteBody, out List<TrafficSelector> remote) ||
            !TrafficSelectorPayload.TryRead(localBody, out List<TrafficSelector> local))
        {
            return Refuse(answer, NotifyType.InvalidSyntax, PeerErrors.Violation(sa, "its request for a child SA lacks a payload or has a malformed one"));
        }

        ProposalMatch? match = ProposalChoice.ForFirstChild(
            [.. offered.Where(IsUsable)], sa.Config.EspProposals, sa.Config.ProposalOrder);
        if (match is null)
            return Refuse(answer, NotifyType.NoProposalChosen, PeerErrors.NoChildProposal(sa, offered));

        SelectorNarrowing narrowed = SelectorNarrowing.Of(local, remote, sa.Config.LocalSelectors, sa.Config.RemoteSelectors);
        if (narrowed.IsEmpty)
            return Refuse(answer, NotifyType.TsUnacceptable, PeerErrors.NoCommonTraffic(sa, local, remote));   // RFC 7296 2.9

        var selection = new EspSelection(match.Transforms);
        using FreshKeys ofInit = new() { Ni = sa.Handshake.Ni, Nr = sa.Handshake.Nr };
        var choice = new ChildChoice(selection, sa.FirstChild.TakeSpi(), SpiOf(match.Proposal), new ChildSpec(narrowed.Local, narrowed.Remote));
        child = choice.ToSa(sa, ofInit, weBegan: false);
        proposal = selection.ToString();
        Write(answer, child, match, narrowed);
        return null;
    }

    private static void Write(PayloadWriter answer, ChildSa child, ProposalMatch match, in SelectorNarrowing narrowed)
    {
        Span<byte> spi = stackalloc byte[EspSpi.Length];
        BinaryPrimitives.WriteUInt32BigEndian(spi, child.InboundSpi.Value);
        SaPayload.Write(answer, ProtocolId.Esp, spi, [match.Transforms], match.Proposal.Number);
        TrafficSelectorPayload.Write(answer, PayloadType.TrafficSelectorInitiator, narrowed.Remote);
        TrafficSelectorPayload.Write(answer, PayloadType.TrafficSelectorResponder, narrowed.Local);
        if (narrowed.HasMore)
            NotifyPayload.Write(answer, NotifyType.AdditionalTsPossible);
    }

    private static bool IsUsable(PeerProposal proposal) => SpiOf(proposal).Value >= EspSpi.Lowest;

    private static EspSpi SpiOf(PeerProposal proposal) => new(BinaryPrimitives.ReadUInt32BigEndian(proposal.Spi));

    private static IkeFailure Refuse(PayloadWriter answer, NotifyType error, IkeFailure failure)
    {
        NotifyPayload.Write(answer, error);
        return failure;
    }
}

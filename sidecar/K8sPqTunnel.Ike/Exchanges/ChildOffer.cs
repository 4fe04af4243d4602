using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>What we put on the table for one child SA: proposals, SPI, traffic selectors (RFC 7296 1.2, 1.3.1, 2.9).</summary>
/// <param name="spi">Ours, taken from the data plane.</param>
internal sealed class ChildOffer(ChildSpec spec, IReadOnlyList<IReadOnlyList<Transform>> proposals, EspSpi spi)
{
    public void WriteProposals(PayloadWriter writer)
    {
        Span<byte> octets = stackalloc byte[EspSpi.Length];
        BinaryPrimitives.WriteUInt32BigEndian(octets, spi.Value);
        SaPayload.Write(writer, ProtocolId.Esp, octets, proposals);
    }

    public void WriteSelectors(PayloadWriter writer)
    {
        TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorInitiator, spec.Local);
        TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorResponder, spec.Remote);
    }

    /// <summary>Takes the answer, or says why it is none.</summary>
    /// <param name="choice">Null with a failure.</param>
    public IkeFailure? Read(IkeSa sa, in IkeMessage message, out ChildChoice? choice)
    {
        choice = null;
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> saBody) ||
            !message.TryFind(PayloadType.TrafficSelectorInitiator, out ReadOnlySpan<byte> localBody) ||
            !message.TryFind(PayloadType.TrafficSelectorResponder, out ReadOnlySpan<byte> remoteBody) ||
            !TrafficSelectorPayload.TryRead(localBody, out List<TrafficSelector> local) ||
            !TrafficSelectorPayload.TryRead(remoteBody, out List<TrafficSelector> remote))
        {
            return PeerErrors.Violation(sa, "its answer for the child SA lacks a payload or has a malformed one");
        }

        AnswerFault fault = ProposalAnswer.Check(
            saBody, ProtocolId.Esp, proposals, EspSpi.Length, out IReadOnlyList<Transform> chosen, out ReadOnlySpan<byte> peerSpi);
        if (fault != AnswerFault.None)
            return PeerErrors.Violation(sa, $"its choice of ESP algorithms is none from our proposals ({fault})");
        var outbound = new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(peerSpi));
        if (outbound.Value < EspSpi.Lowest)
            return PeerErrors.Violation(sa, $"its ESP SPI {outbound} is reserved");

        // RFC 7296 2.9: the answer is a subset of the offer.
        if (!spec.Contains(local, remote))
            return PeerErrors.Violation(sa, $"its traffic selectors ({string.Join(", ", local)} and {string.Join(", ", remote)}) are wider than ours");

        choice = new ChildChoice(new EspSelection(chosen), spi, outbound, new ChildSpec(local, remote));
        return null;
    }
}

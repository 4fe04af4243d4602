using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>A peer's CREATE_CHILD_SA (RFC 7296 1.3): fresh keys come from a new IKE SA of ours instead.</summary>
internal static class CreateChildRefusal
{
    public static void HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        // RFC 7296 1.3.3, 1.3.2: of a child, of the IKE SA.
        bool ofChild = message.TryFindNotify(NotifyType.RekeySa, out NotifyPayload rekey);
        if (ofChild && sa.State == IkeSaState.Established && !IsOurs(sa, rekey))
        {
            NotifyPayload.Write(answer, NotifyType.ChildSaNotFound, data: [], rekey.Protocol, rekey.Spi);   // RFC 7296 2.25.1
        }
        else if (ofChild || IsRekeyOfIke(message))
        {
            // RFC 7296 2.25: "busy, try later". Until then our new IKE SA with its child has taken over.
            NotifyPayload.Write(answer, NotifyType.TemporaryFailure);
            sa.NeedsReplacement = true;
        }
        else
        {
            NotifyPayload.Write(answer, NotifyType.NoAdditionalSas);   // RFC 7296 1.3: no more children on this SA
        }
    }

    // RFC 7296 1.3.3: the SPI is the one that the peer receives by.
    private static bool IsOurs(IkeSa sa, in NotifyPayload rekey) =>
        rekey.Protocol == ProtocolId.Esp &&
        rekey.Spi.Length == EspSpi.Length &&
        sa.Children.FindOutbound(new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(rekey.Spi))) is not null;

    private static bool IsRekeyOfIke(in IkeMessage message)
    {
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> body))
            return false;
        ProposalReader proposals = new(body);
        return proposals.TryRead(out ProposalView first) && first.Protocol == ProtocolId.Ike;
    }
}

using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>A peer's CREATE_CHILD_SA (RFC 7296 1.3): fresh keys come from a new IKE SA of ours instead.</summary>
internal static class CreateChildRefusal
{
    public static void HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        if (!IsRekey(message))
        {
            NotifyPayload.Write(answer, NotifyType.NoAdditionalSas);   // RFC 7296 1.3: no more children on this SA
            return;
        }

        // RFC 7296 2.25: "busy, try later". Until then our new IKE SA with its child has taken over.
        NotifyPayload.Write(answer, NotifyType.TemporaryFailure);
        sa.NeedsReplacement = true;
    }

    private static bool IsRekey(in IkeMessage message)
    {
        if (message.HasNotify(NotifyType.RekeySa))
            return true;                                             // RFC 7296 1.3.3: of a child
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> body))
            return false;
        ProposalReader proposals = new(body);
        return proposals.TryRead(out ProposalView first) && first.Protocol == ProtocolId.Ike;   // RFC 7296 1.3.2: of the IKE SA
    }
}

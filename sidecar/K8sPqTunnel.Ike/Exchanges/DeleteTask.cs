using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Deletion of the IKE SA, or of children by the peer (RFC 7296 1.4.1).</summary>
internal sealed class DeleteTask : IExchangeTask
{
    public ExchangeType Exchange => ExchangeType.Informational;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer) => DeletePayload.WriteIke(writer);

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        sa.Die(failure: null);
        return TaskStep.Done;
    }

    /// <summary>Does what the Delete payloads of a peer's request say, and answers with our halves of the deleted pairs.</summary>
    public static void HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        List<EspSpi>? ours = null;                                   // Most requests here are liveness checks, which cost nothing.
        PayloadReader reader = message.Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type != PayloadType.Delete || !DeletePayload.TryRead(payload.Body, out DeletePayload delete))
                continue;
            if (delete.Protocol == ProtocolId.Ike)
            {
                // RFC 7296 1.4.1: the answer to a deleted IKE SA is empty.
                sa.Die(new IkeFailure(FailureReason.DeletedByPeer, $"{PeerErrors.Peer(sa)} deleted the IKE SA"));
                return;
            }

            if (delete.Protocol == ProtocolId.Esp)
                RemoveChildren(sa, delete, ours ??= []);
        }

        if (ours is { Count: > 0 })
        {
            DeletePayload.WriteEsp(answer, ours);
            if (sa.Children.Count == 0)
                sa.Wanted.Lose(PeerErrors.ChildDeleted(sa));
            else
                sa.Wanted.Delay(failure: null);
        }
    }

    private static void RemoveChildren(IkeSa sa, in DeletePayload delete, List<EspSpi> ours)
    {
        sa.Succession.TakeOver();
        for (int i = 0; i < delete.Count; i++)
        {
            // The peer names its inbound SPIs; one that we do not know is passed over (RFC 7296 1.4.1).
            if (sa.Children.FindOutbound(delete[i]) is not { } child)
                continue;
            // RFC 7296 2.25.1: both ends delete it, so each has named its half already.
            if (child.State != ChildState.Deleting)
                ours.Add(child.Sa.InboundSpi);
            sa.Children.Delete(sa.Now, child);
        }
    }
}

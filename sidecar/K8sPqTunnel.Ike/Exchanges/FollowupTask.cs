using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>IKE_FOLLOWUP_KE: one additional key exchange of a CREATE_CHILD_SA (RFC 9370 2.2.4).</summary>
/// <param name="creation">What it belongs to.</param>
/// <param name="link">As the peer gave it: opaque, of any size.</param>
internal sealed class FollowupTask(CreationTask creation, byte[] link) : IExchangeTask
{
    public ExchangeType Exchange => ExchangeType.IkeFollowupKe;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        creation.WriteFollowup(sa, writer);
        NotifyPayload.Write(writer, NotifyType.AdditionalKeyExchange, link);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message) => creation.TakeFollowup(sa, message);
}

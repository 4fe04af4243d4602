using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>The responder tells the initiator, who chooses, where it is to be had now (RFC 4555 3.6).</summary>
internal sealed class TellAddressesTask : IExchangeTask
{
    public ExchangeType Exchange => ExchangeType.Informational;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer) => MobikeNotifies.WriteAddresses(sa, writer);

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        sa.Mobility.NoteTold(sa);
        return TaskStep.Done;
    }
}

using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Answers the requests that a peer may begin once both ends are authenticated.</summary>
internal static class PeerRequests
{
    public static void Answer(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        MessageFault fault = message.Check(out PayloadType culprit);
        if (fault == MessageFault.UnknownCriticalPayload)
        {
            NotifyPayload.Write(answer, NotifyType.UnsupportedCriticalPayload, [(byte)culprit]);   // RFC 7296 2.5
            return;
        }

        if (fault != MessageFault.None)
        {
            NotifyPayload.Write(answer, NotifyType.InvalidSyntax);   // RFC 7296 2.21.3
            return;
        }

        if (message.Header.Exchange == ExchangeType.Informational)
            DeleteTask.HandleRequest(sa, message, answer);
        else
            CreateChildRefusal.HandleRequest(sa, message, answer);
    }
}

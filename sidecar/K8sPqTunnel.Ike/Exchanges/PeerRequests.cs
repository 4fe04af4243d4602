using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Answers the requests that a peer may begin, once <see cref="IkeSaTransitions"/> has let them through.</summary>
internal static class PeerRequests
{
    public static AnswerStep Answer(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        MessageFault fault = message.Check(out PayloadType culprit);
        if (fault != MessageFault.None)
        {
            if (fault == MessageFault.UnknownCriticalPayload)
                NotifyPayload.Write(answer, NotifyType.UnsupportedCriticalPayload, [(byte)culprit]);   // RFC 7296 2.5
            else
                NotifyPayload.Write(answer, NotifyType.InvalidSyntax);   // RFC 7296 2.21.3
            if (!sa.IsAuthenticated)
                sa.Refuse(PeerErrors.Violation(sa, $"{fault} ({culprit}) in its {message.Header.Exchange} request"));
            return AnswerStep.Send;
        }

        switch (message.Header.Exchange)
        {
            case ExchangeType.IkeIntermediate:
                IntermediateAnswer.HandleRequest(sa, message, answer);
                return AnswerStep.Send;
            case ExchangeType.IkeAuth:
                return AuthAnswer.HandleRequest(sa, message, answer);
            case ExchangeType.Informational:
                ProofRefusal.Take(sa, message);
                DeleteTask.HandleRequest(sa, message, answer);
                MobilityAnswer.HandleRequest(sa, message, answer);
                return AnswerStep.Send;
            case ExchangeType.IkeFollowupKe:
                FollowupAnswer.HandleRequest(sa, message, answer);
                return AnswerStep.Send;
            default:
                CreateChildAnswer.HandleRequest(sa, message, answer);
                return AnswerStep.Send;
        }
    }
}

using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Answers a peer's IKE_FOLLOWUP_KE: the next additional key exchange of what its link names (RFC 9370 2.2.4).</summary>
internal static class FollowupAnswer
{
    /// <summary>Keeps a creation until the peer goes on, and tells it the link.</summary>
    public static void Await(IkeSa sa, AnsweredCreation creation, PayloadWriter answer) =>
        NotifyPayload.Write(answer, NotifyType.AdditionalKeyExchange, sa.Pending.Add(creation));

    public static void HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        if (!message.TryFindNotify(NotifyType.AdditionalKeyExchange, out NotifyPayload link) ||
            sa.State != IkeSaState.Established || sa.Pending.Take(link.Data) is not { } creation)
        {
            NotifyPayload.Write(answer, NotifyType.StateNotFound);
            return;
        }

        KeyExchangeMethod method = creation.Rest[0];
        if (!message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body) ||
            !KeyExchangePayload.TryRead(body, out KeyExchangePayload ke) || ke.Method != method ||
            !creation.Fresh.TryRespond(sa.Environment.KeyExchanges, method, ke.Data, out byte[] ourKey, out _))
        {
            creation.Abandon(sa);
            NotifyPayload.Write(answer, NotifyType.InvalidSyntax);   // draft-ietf-ipsecme-ikev2-mlkem 2.2
            return;
        }

        KeyExchangePayload.Write(answer, method, ourKey);
        creation.CountRound();
        // The last answer has no link.
        if (creation.Rest.Count > 0)
            Await(sa, creation, answer);
        else
            creation.Finish(sa);
    }
}

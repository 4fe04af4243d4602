using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>IKE_INTERMEDIATE: one additional key exchange, in the order of ADDKE1 to ADDKE7 (RFC 9242, RFC 9370 2.2.2).</summary>
/// <param name="round">0 for the first.</param>
internal sealed class IntermediateTask(int round) : IExchangeTask
{
    public ExchangeType Exchange => ExchangeType.IkeIntermediate;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        KeyExchangeMethod method = sa.Selection!.AdditionalMethods[round];
        sa.Handshake.Begin(sa.Environment.KeyExchanges.Start(method));
        KeyExchangePayload.Write(writer, method, sa.Handshake.KeyExchange!.Data);

        // RFC 9242 3.3.2: under the keys of this exchange, before its own key exchange is mixed in.
        Span<byte> headers = stackalloc byte[SealedLayout.HeadersLength];
        MessageSealer.WriteHeaders(headers, sa.Header(Exchange, messageId, isResponse: false), writer.First, writer.Octets.Length);
        sa.Handshake.InitiatorIntAuth.Add(sa.Keys.SkPi, headers, writer.Octets);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        KeyExchangeMethod method = sa.Selection!.AdditionalMethods[round];
        if (message.TryFindError(out NotifyPayload error))
            return TaskStep.Fail(PeerErrors.InIntermediate(sa, method, error));
        if (!message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body) ||
            !KeyExchangePayload.TryRead(body, out KeyExchangePayload ke))
        {
            return Violation(sa, "its IKE_INTERMEDIATE answer has no key");
        }

        if (ke.Method != method)
            return Violation(sa, $"it answered {method} with a key of method {(int)ke.Method}");

        // draft-ietf-ipsecme-ikev2-mlkem 2.4: a ciphertext of the wrong length ends it here, IKE_AUTH is never reached.
        if (!sa.Handshake.KeyExchange!.TryComplete(ke.Data, out Secret? secret, out KeyExchangeError keyError))
            return Violation(sa, $"its {method} key is refused ({keyError})");

        using (secret)
        {
            sa.Handshake.ResponderIntAuth.Add(sa.Keys.SkPr, message.HeaderOctets, message.Payloads);
            sa.UseNextKeys(method, secret);
        }

        return round + 1 < sa.Selection.AdditionalMethods.Count
            ? TaskStep.Next(new IntermediateTask(round + 1))
            : TaskStep.Next(AuthTask.Begin(sa));
    }

    private static TaskStep Violation(IkeSa sa, string what) => TaskStep.Fail(PeerErrors.Violation(sa, what));
}

using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>
/// IKE_INTERMEDIATE: one additional key exchange, in the order of ADDKE1 to ADDKE7 (RFC 9242, RFC 9370 2.2.2), and with the last
/// one a postquantum preshared key (RFC 9867 3.1).
/// </summary>
/// <param name="round">0 for the first.</param>
internal sealed class IntermediateTask(int round) : IExchangeTask
{
    public ExchangeType Exchange => ExchangeType.IkeIntermediate;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        if (Method(sa) is { } method)
        {
            sa.Handshake.Begin(sa.Environment.KeyExchanges.Start(method));
            KeyExchangePayload.Write(writer, method, sa.Handshake.KeyExchange!.Data);
        }

        if (MixesPpk(sa))
            PpkPart.WriteIntermediate(sa, writer);

        // RFC 9242 3.3.2: under the keys of this exchange, before its own key exchange is mixed in.
        Span<byte> headers = stackalloc byte[SealedLayout.HeadersLength];
        MessageSealer.WriteHeaders(headers, sa.Header(Exchange, messageId, isResponse: false), writer.First, writer.Octets.Length);
        sa.Handshake.InitiatorIntAuth.Add(sa.Keys.Current.SkPi, headers, writer.Octets);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        if (message.TryFindError(out NotifyPayload error))
            return TaskStep.Fail(PeerErrors.InIntermediate(sa, Method(sa), error));
        sa.Handshake.ResponderIntAuth.Add(sa.Keys.Current.SkPr, message.HeaderOctets, message.Payloads);
        if (Method(sa) is { } method && Complete(sa, method, message) is { } violation)
            return TaskStep.Fail(violation);
        if (MixesPpk(sa) && PpkPart.TakeIntermediate(sa, message) is { } failure)
            return TaskStep.Fail(failure);

        return round + 1 < sa.IntermediateRounds
            ? TaskStep.Next(new IntermediateTask(round + 1))
            : TaskStep.Next(AuthTask.Begin(sa));
    }

    private static IkeFailure? Complete(IkeSa sa, KeyExchangeMethod method, in IkeMessage message)
    {
        if (!message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body) ||
            !KeyExchangePayload.TryRead(body, out KeyExchangePayload ke))
        {
            return PeerErrors.Violation(sa, "its IKE_INTERMEDIATE answer has no key");
        }

        if (ke.Method != method)
            return PeerErrors.Violation(sa, $"it answered {method} with a key of method {(int)ke.Method}");

        // draft-ietf-ipsecme-ikev2-mlkem 2.2: a ciphertext of the wrong length ends it here, IKE_AUTH is never reached.
        if (!sa.Handshake.KeyExchange!.TryComplete(ke.Data, out Secret? secret, out KeyExchangeError keyError))
            return PeerErrors.Violation(sa, $"its {method} key is refused ({keyError})");

        using (secret)
            sa.Keys.UseNext(method, secret);
        return null;
    }

    /// <summary>The key exchange of this round; null where only a postquantum preshared key goes in.</summary>
    private KeyExchangeMethod? Method(IkeSa sa) =>
        round < sa.Keys.Selection!.AdditionalMethods.Count ? sa.Keys.Selection.AdditionalMethods[round] : null;

    // RFC 9867 3.1: with the last one.
    private bool MixesPpk(IkeSa sa) => sa.Handshake.PpkUse == PpkUse.InIntermediate && round + 1 == sa.IntermediateRounds;
}

using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>A peer's IKE_INTERMEDIATE: the next additional key exchange, in the order of ADDKE1 to ADDKE7 (RFC 9242, RFC 9370 2.2.2).</summary>
internal static class IntermediateAnswer
{
    public static void HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        IReadOnlyList<KeyExchangeMethod> methods = sa.Selection!.AdditionalMethods;
        // The first of those that have been run is the key exchange of IKE_SA_INIT.
        int round = sa.KeyExchangesRun.Count - 1;
        KeyExchangeMethod method = methods[round];
        if (!message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body) ||
            !KeyExchangePayload.TryRead(body, out KeyExchangePayload ke))
        {
            Refuse(sa, answer, "its IKE_INTERMEDIATE request has no key");
            return;
        }

        if (ke.Method != method)
        {
            Refuse(sa, answer, $"it goes on with key exchange method {(int)ke.Method}, but {method} was negotiated");
            return;
        }

        // draft-ietf-ipsecme-ikev2-mlkem 2.4: FIPS 203 7.2 is held against the peer's key; INVALID_SYNTAX where it fails.
        if (!sa.Environment.KeyExchanges.TryRespond(method, ke.Data, out byte[]? ours, out Secret? secret, out KeyExchangeError error))
        {
            Refuse(sa, answer, $"its {method} key is refused ({error})");
            return;
        }

        using (secret)
        {
            KeyExchangePayload.Write(answer, method, ours);
            Authenticate(sa, message, answer);
            sa.UseNextKeys(method, secret);
        }

        if (round + 1 == methods.Count)
            sa.MoveTo(IkeSaState.Authenticating);
    }

    /// <summary>RFC 9242 3.3.2: both messages under the keys of this exchange, before its own key exchange is mixed in.</summary>
    private static void Authenticate(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        sa.Handshake.InitiatorIntAuth.Add(sa.Keys.SkPi, message.HeaderOctets, message.Payloads);
        Span<byte> headers = stackalloc byte[SealedLayout.HeadersLength];
        IkeHeader header = sa.Header(ExchangeType.IkeIntermediate, message.Header.MessageId, isResponse: true);
        MessageSealer.WriteHeaders(headers, header, answer.First, answer.Octets.Length);
        sa.Handshake.ResponderIntAuth.Add(sa.Keys.SkPr, headers, answer.Octets);
    }

    private static void Refuse(IkeSa sa, PayloadWriter answer, string what)
    {
        NotifyPayload.Write(answer, NotifyType.InvalidSyntax);
        sa.Refuse(PeerErrors.Violation(sa, what));
    }
}

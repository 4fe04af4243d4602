using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>
/// A peer's IKE_INTERMEDIATE: the next additional key exchange, in the order of ADDKE1 to ADDKE7 (RFC 9242, RFC 9370 2.2.2), and with the
/// last one a postquantum preshared key (RFC 9867 3.1).
/// </summary>
internal static class IntermediateAnswer
{
    public static void HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        // The first of those that have been run is the key exchange of IKE_SA_INIT.
        int round = sa.Keys.Run.Count - 1;
        bool isLast = round + 1 >= sa.IntermediateRounds;
        KeyExchangeMethod? method = round < sa.Keys.Selection!.AdditionalMethods.Count ? sa.Keys.Selection.AdditionalMethods[round] : null;

        Secret? secret = null;
        PostquantumKey? ppk = null;
        if (method is { } chosen && !TryExchange(sa, chosen, message, answer, out secret))
            return;
        using (secret)
        {
            if (isLast && sa.Handshake.PpkUse == PpkUse.InIntermediate &&
                PpkAnswer.TakeIntermediate(sa, message, answer, out ppk) is { } failure)
            {
                Refuse(sa, answer, NotifyType.AuthenticationFailed, failure);
                return;
            }

            Authenticate(sa, message, answer);
            if (secret is not null)
                sa.Keys.UseNext(method!.Value, secret);
        }

        if (ppk is not null)
            sa.Keys.UseNext(ppk);
        if (isLast)
            sa.MoveTo(IkeSaState.Authenticating);
    }

    private static bool TryExchange(
        IkeSa sa, KeyExchangeMethod method, in IkeMessage message, PayloadWriter answer, [NotNullWhen(true)] out Secret? secret)
    {
        secret = null;
        if (!message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body) ||
            !KeyExchangePayload.TryRead(body, out KeyExchangePayload ke))
        {
            return Refuse(sa, answer, "its IKE_INTERMEDIATE request has no key");
        }

        if (ke.Method != method)
            return Refuse(sa, answer, $"it goes on with key exchange method {(int)ke.Method}, but {method} was negotiated");

        // draft-ietf-ipsecme-ikev2-mlkem 2.2: FIPS 203 7.2 is held against the peer's key; INVALID_SYNTAX where it fails.
        if (!sa.Environment.KeyExchanges.TryRespond(method, ke.Data, out byte[]? ours, out secret, out KeyExchangeError error))
            return Refuse(sa, answer, $"its {method} key is refused ({error})");
        KeyExchangePayload.Write(answer, method, ours);
        return true;
    }

    /// <summary>RFC 9242 3.3.2: both messages under the keys of this exchange, before its own key exchange is mixed in.</summary>
    private static void Authenticate(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        sa.Handshake.InitiatorIntAuth.Add(sa.Keys.Current.SkPi, message.HeaderOctets, message.Payloads);
        Span<byte> headers = stackalloc byte[SealedLayout.HeadersLength];
        IkeHeader header = sa.Header(ExchangeType.IkeIntermediate, message.Header.MessageId, isResponse: true);
        MessageSealer.WriteHeaders(headers, header, answer.First, answer.Octets.Length);
        sa.Handshake.ResponderIntAuth.Add(sa.Keys.Current.SkPr, headers, answer.Octets);
    }

    private static bool Refuse(IkeSa sa, PayloadWriter answer, string what)
    {
        Refuse(sa, answer, NotifyType.InvalidSyntax, PeerErrors.Violation(sa, what));
        return false;
    }

    private static void Refuse(IkeSa sa, PayloadWriter answer, NotifyType error, IkeFailure failure)
    {
        answer.Clear();
        NotifyPayload.Write(answer, error);
        sa.Refuse(failure);
    }
}

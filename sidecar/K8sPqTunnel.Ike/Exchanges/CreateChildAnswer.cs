using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Answers a peer's CREATE_CHILD_SA (RFC 7296 1.3): what is the same for a child SA and for an IKE SA.</summary>
internal static class CreateChildAnswer
{
    public static void HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        sa.Succession.TakeOver();
        CreationRequest request = CreationRequest.Of(sa, message);
        ForgetWhatItReplaces(sa, request);
        if (CollisionRules.Refusal(sa, request) is { } refusal)
        {
            Refuse(request, answer, refusal);
            Report(sa, request, refusal == NotifyType.ChildSaNotFound ? RekeyOutcome.Gone : RekeyOutcome.PutOff, failure: null);
            return;
        }

        if (!message.TryFind(PayloadType.Nonce, out ReadOnlySpan<byte> nonce) || !NoncePayload.IsValid(nonce))
        {
            NotifyPayload.Write(answer, NotifyType.InvalidSyntax);
            return;
        }

        var fresh = new FreshKeys { Ni = nonce.ToArray(), Nr = NoncePayload.Draw(sa.Environment.Random) };
        if (Answer(sa, message, request, fresh, answer) is not { } error)
            return;
        fresh.Dispose();
        Report(sa, request, RekeyOutcome.Failed, error);
    }

    /// <returns>What to tell of a refusal; null where there is none, or none to tell of.</returns>
    private static IkeFailure? Answer(IkeSa sa, in IkeMessage message, CreationRequest request, FreshKeys fresh, PayloadWriter answer)
    {
        PreparedAnswer prepared;
        IkeFailure? failure = request.Kind == CreationKind.RekeyIke
            ? RekeyIkeAnswer.Prepare(sa, message, answer, out prepared)
            : ChildCreationAnswer.Prepare(sa, message, request, answer, out prepared);
        if (failure is not null)
            return failure;

        KeyExchangePlan plan = KeyExchangePlan.Of(prepared.Match.Transforms);
        byte[] ourKey = [];
        if (plan.Initial != KeyExchangeMethod.None && !TryKeyExchange(sa, message, plan.Initial, fresh, answer, out ourKey))
        {
            fresh.Dispose();
            return null;
        }

        AnsweredCreation creation = prepared.Begin(fresh, plan.Additional);
        SaPayload.Write(answer, prepared.Protocol, creation.OwnSpi, [prepared.Match.Transforms], prepared.Match.Proposal.Number);
        NoncePayload.Write(answer, fresh.Nr);
        if (ourKey.Length > 0)
            KeyExchangePayload.Write(answer, plan.Initial, ourKey);
        prepared.WriteRest(answer);

        // RFC 7296 2.8.1, 2.8.2: both have begun the same, and the nonces will decide.
        if (sa.Creation is { } own && own.IsFor(request))
            own.Rival = creation;
        if (plan.Additional.Count == 0)
            creation.Finish(sa);
        else
            FollowupAnswer.Await(sa, creation, answer);
        return null;
    }

    private static bool TryKeyExchange(
        IkeSa sa, in IkeMessage message, KeyExchangeMethod method, FreshKeys fresh, PayloadWriter answer, out byte[] ourKey)
    {
        ourKey = [];
        if (!message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body) ||
            !KeyExchangePayload.TryRead(body, out KeyExchangePayload ke) || ke.Method != method)
        {
            Span<byte> wanted = stackalloc byte[sizeof(ushort)];
            BinaryPrimitives.WriteUInt16BigEndian(wanted, (ushort)method);
            NotifyPayload.Write(answer, NotifyType.InvalidKePayload, wanted);     // RFC 7296 1.3
            return false;
        }

        if (fresh.TryRespond(sa.Environment.KeyExchanges, method, ke.Data, out ourKey, out _))
            return true;
        NotifyPayload.Write(answer, NotifyType.InvalidSyntax);       // draft-ietf-ipsecme-ikev2-mlkem 2.2
        return false;
    }

    /// <summary>A peer that begins the same anew has given up what it had begun before.</summary>
    private static void ForgetWhatItReplaces(IkeSa sa, CreationRequest request)
    {
        foreach (AnsweredCreation creation in sa.Pending.All)
        {
            if (creation.IsFor(request))
                creation.Abandon(sa);
        }

        sa.Pending.Expire();
    }

    private static void Refuse(CreationRequest request, PayloadWriter answer, NotifyType refusal)
    {
        if (refusal != NotifyType.ChildSaNotFound)
        {
            NotifyPayload.Write(answer, refusal);
            return;
        }

        Span<byte> spi = stackalloc byte[Children.EspSpi.Length];
        BinaryPrimitives.WriteUInt32BigEndian(spi, request.Named.Value);
        NotifyPayload.Write(answer, refusal, data: [], ProtocolId.Esp, spi);      // RFC 7296 2.25.1
    }

    private static void Report(IkeSa sa, CreationRequest request, RekeyOutcome outcome, IkeFailure? failure)
    {
        if (request.Kind != CreationKind.NewChild)
            sa.Report(new RekeyEnded(
                sa.Config.Name, request.Kind == CreationKind.RekeyIke ? RekeyKind.Ike : RekeyKind.Child, ByPeer: true, outcome, failure));
        else if (failure is not null)
            sa.Report(new ChildFailed(sa.Config.Name, failure, TimeSpan.Zero));
    }
}

using System.Buffers.Binary;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>IKE_SA_INIT: proposals, the first key exchange, nonces, and which extensions both ends have (RFC 7296 1.2).</summary>
/// <remarks>Nobody vouches for the answer: whatever is wrong with it is a doubt, never the end by itself (RFC 7296 2.21.1).</remarks>
internal sealed class InitTask : IExchangeTask
{
    private const int MaxCookieLength = 64;

    private KeyExchangeMethod _method;
    private int _cookieRounds;
    private int _methodRounds;

    public ExchangeType Exchange => ExchangeType.IkeSaInit;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        if (sa.Handshake.KeyExchange is null)
            Begin(sa, sa.Offer[0].InitialMethods.First());

        // RFC 7296 2.6: the cookie comes first, everything else stays as it was.
        if (sa.Handshake.Cookie.Length > 0)
            NotifyPayload.Write(writer, NotifyType.Cookie, sa.Handshake.Cookie);
        SaPayload.Write(writer, ProtocolId.Ike, [], [.. sa.Offer.Select(proposal => proposal.Transforms)]);
        KeyExchangePayload.Write(writer, _method, sa.Handshake.KeyExchange!.Data);
        NoncePayload.Write(writer, sa.Handshake.Ni);
        NatDetection.Write(sa, writer);
        NotifyPayload.Write(writer, NotifyType.FragmentationSupported);
        OwnProof.WriteHashes(sa, writer);
        PpkPart.WriteInit(sa, writer);
        // RFC 9242 3.1; strongSwan too announces it only with what needs it.
        if (sa.Offer.Any(proposal => proposal.HasAdditionalKeyExchange) || sa.Config.PostquantumKeys.Count > 0)
            NotifyPayload.Write(writer, NotifyType.IntermediateExchangeSupported);
        NotifyPayload.Write(writer, NotifyType.FullTranscriptAuth);
        RedirectNotify.WriteSupport(sa, writer);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        if (RedirectNotify.Take(sa, message, sa.Handshake.Ni) is { } redirect)
            return TaskStep.Fail(redirect);
        if (message.TryFindNotify(NotifyType.Cookie, out NotifyPayload cookie))
            return RepeatWithCookie(sa, cookie);
        if (message.TryFindNotify(NotifyType.InvalidKePayload, out NotifyPayload invalid))
            return RepeatWithMethod(sa, invalid);
        return message.TryFindError(out NotifyPayload error) ? TaskStep.Doubt(PeerErrors.InInit(sa, error)) : Accept(sa, message);
    }

    private static TaskStep Accept(IkeSa sa, in IkeMessage message)
    {
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> saBody) ||
            !message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> keBody) ||
            !message.TryFind(PayloadType.Nonce, out ReadOnlySpan<byte> nonce) ||
            !NoncePayload.IsValid(nonce) ||
            !KeyExchangePayload.TryRead(keBody, out KeyExchangePayload ke) ||
            message.Header.ResponderSpi.IsZero)
        {
            return Violation(sa, "its IKE_SA_INIT answer lacks a payload or has a malformed one");
        }

        AnswerFault fault = ProposalAnswer.Check(
            saBody, ProtocolId.Ike, [.. sa.Offer.Select(p => p.Transforms)], spiLength: 0, out IReadOnlyList<Transform> chosen, out _);
        if (fault == AnswerFault.KeyExchangeMissing)
            return TaskStep.Doubt(Incomplete(sa, new IkeSelection(chosen)));
        if (fault != AnswerFault.None)
            return Violation(sa, $"its IKE_SA_INIT answer is no choice from our proposals ({fault})");

        var selection = new IkeSelection(chosen);
        if (Objection(sa, message, selection) is { } objection)
            return TaskStep.Doubt(objection);
        if (ke.Method != selection.InitialMethod || ke.Method != sa.Handshake.KeyExchange!.Method)
            return Violation(sa, $"it answered with a key of method {(int)ke.Method}, but {(int)selection.InitialMethod} is chosen");
        if (!sa.Handshake.KeyExchange.TryComplete(ke.Data, out Secret? secret, out KeyExchangeError keyError))
            return Violation(sa, $"its {selection.InitialMethod} key is refused ({keyError})");

        using (secret)
        {
            sa.ResponderSpi = message.Header.ResponderSpi;
            sa.Handshake.Nr = nonce.ToArray();
            sa.Handshake.InitResponse = [.. message.HeaderOctets, .. message.Payloads];
            sa.Handshake.PpkUse = PpkPart.Chosen(sa, message);
            sa.Handshake.FullTranscript = message.HasNotify(NotifyType.FullTranscriptAuth);
            sa.Handshake.PeerHashes = SignatureHashes.Of(message);
            sa.Handshake.PeerAuthorities = CertificateRequestPayload.AuthoritiesOf(message);
            sa.Handshake.PeerTakesChildless = message.HasNotify(NotifyType.ChildlessSupported);
            sa.Fragmentation = message.HasNotify(NotifyType.FragmentationSupported);
            sa.Nat = NatDetection.Read(message, sa.Path);
            sa.Mobility.SeenAs = NatDetection.DestinationIn(message);
            sa.Keys.UseFirst(selection, secret);
        }

        // RFC 7296 2.23: the move comes with the first message after IKE_SA_INIT, be it IKE_INTERMEDIATE or IKE_AUTH. RFC 4555 3.3:
        // with MOBIKE always, because a NAT may come later.
        if (!sa.Path.HasNonEspMarker && (sa.Nat.IsDetected || sa.Config.ForceUdpEncapsulation || (sa.Config.Mobike && sa.Nat.PeerSupports)))
            sa.Path = sa.Path.OnSharedPorts(sa.Config.LocalNatTraversalPort);

        if (sa.IntermediateRounds == 0)
            return TaskStep.Next(AuthTask.Begin(sa));
        sa.MoveTo(IkeSaState.Intermediate);
        return TaskStep.Next(new IntermediateTask(round: 0));
    }

    /// <summary>The peer left a key exchange out that it had to run: what that says depends on what remains.</summary>
    private static IkeFailure Incomplete(IkeSa sa, IkeSelection selection) => IsForbidden(sa, selection)
        ? PeerErrors.ClassicalChoice(sa, selection)
        : PeerErrors.Violation(sa, $"its choice ({selection}) leaves out a key exchange that our proposal does not make optional");

    private static bool IsForbidden(IkeSa sa, IkeSelection selection) =>
        sa.Config.QuantumPolicy == QuantumPolicy.Required && !selection.IsQuantumSafe;

    /// <summary>What policy or data plane have against a choice that is formally right.</summary>
    private static IkeFailure? Objection(IkeSa sa, in IkeMessage message, IkeSelection selection)
    {
        if (IsForbidden(sa, selection))
            return PeerErrors.ClassicalChoice(sa, selection);
        if (selection.AdditionalMethods.Count > 0 && !message.HasNotify(NotifyType.IntermediateExchangeSupported))
            return new IkeFailure(
                FailureReason.ExtensionMissing,
                $"{PeerErrors.Peer(sa)} chose {selection} but does not announce IKE_INTERMEDIATE (RFC 9242): update the peer");
        if (sa.Config.RequiresPostquantumKey && PpkPart.Chosen(sa, message) == PpkUse.None)
            return PeerErrors.NoPpk(sa);
        if (OwnProof.WhyNot(sa, SignatureHashes.Of(message)) is { } noProof)
            return noProof;
        if (sa.Config.ForceUdpEncapsulation && !NatDetection.Read(message, sa.Path).PeerSupports)
            return new IkeFailure(
                FailureReason.ExtensionMissing,
                $"{PeerErrors.Peer(sa)} does no NAT traversal, but the user-space data plane needs ESP in UDP: enable NAT-T on the peer");
        return null;
    }

    private TaskStep RepeatWithCookie(IkeSa sa, NotifyPayload cookie)
    {
        if (cookie.Data.Length is 0 or > MaxCookieLength)
            return Violation(sa, $"its cookie has {cookie.Data.Length} octets instead of 1 to 64");   // RFC 7296 2.6
        if (cookie.Data.SequenceEqual(sa.Handshake.Cookie))
            return TaskStep.Ignore;                                  // A duplicate: the request carries this cookie already.
        if (++_cookieRounds > IkeLimits.CookieRounds)
            return Violation(sa, "it asks for a new cookie again and again");
        sa.Handshake.Cookie = cookie.Data.ToArray();
        return TaskStep.Again;
    }

    private TaskStep RepeatWithMethod(IkeSa sa, NotifyPayload notify)
    {
        if (notify.Data.Length != sizeof(ushort))
            return Violation(sa, "its INVALID_KE_PAYLOAD names no method");
        var wanted = (KeyExchangeMethod)BinaryPrimitives.ReadUInt16BigEndian(notify.Data);

        if (wanted == _method && _methodRounds > 0)
            return TaskStep.Ignore;                                  // A duplicate: this wish has been followed.
        // RFC 7296 1.2: only what we offered, so that a forged answer cannot talk us into a weaker method.
        if (wanted == _method || !sa.Offer.Any(proposal => proposal.InitialMethods.Contains(wanted)))
            return TaskStep.Doubt(new IkeFailure(
                FailureReason.KeyExchangeRefused,
                $"{PeerErrors.Peer(sa)} wants key exchange method {(int)wanted} first, which we do not offer " +
                $"({ProposalText.FormatAll(sa.Offer)}): add it to spec.ike.proposals or change the peer"));
        if (++_methodRounds > IkeLimits.MethodRounds)
            return Violation(sa, "it asks for another key exchange method again and again");

        Begin(sa, wanted);
        return TaskStep.Again;
    }

    private void Begin(IkeSa sa, KeyExchangeMethod method)
    {
        _method = method;
        sa.Handshake.Begin(sa.Environment.KeyExchanges.Start(method));
    }

    private static TaskStep Violation(IkeSa sa, string what) => TaskStep.Doubt(PeerErrors.Violation(sa, what));
}

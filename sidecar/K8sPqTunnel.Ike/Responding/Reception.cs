using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>Looks at what strangers send: each datagram gets one answer at most.</summary>
/// <remarks>
/// An answer that costs us no state is shorter than what it answers. The one that opens an IKE SA is about as long: no method's answering
/// key is longer than the key that asks for it.
/// </remarks>
/// <param name="acceptors">Whom a stranger may mean.</param>
internal sealed class Reception(
    IkeEnvironment environment, DropCounters drops, HalfOpenTable halfOpen, AcceptorIndex acceptors)
{
    /// <summary>How often at most events tell of peers that were turned away: strangers shall not fill a log.</summary>
    private static readonly TimeSpan NewsPause = TimeSpan.FromSeconds(1);

    private readonly CookieJar _cookies = new(environment.Random);
    private readonly OfferMemory _offers = new();
    private readonly LateCopies _late = new(halfOpen);
    private TimeSpan _nextNews;

    public void Receive(TimeSpan now, in PeerPath path, ReadOnlySpan<byte> datagram)
    {
        ParseError error = IkeHeader.TryRead(datagram, out IkeHeader header);
        if (error == ParseError.UnsupportedVersion)
            RefuseVersion(path, datagram);
        else if (error != ParseError.None)
            drops.Count(DropReason.MalformedHeader);
        else if (!IsBeginning(header))
            drops.Count(DropReason.NotOurs);
        else if (halfOpen.TryFind(header.InitiatorSpi, path.Remote, out HalfOpenSa? known))
            Repeat(known, datagram);
        else if (_late.Contains(now, datagram))
            drops.Count(DropReason.Unexpected);
        else if (!halfOpen.HasRoom(path.Remote.Address))
            drops.Count(DropReason.TooManyHalfOpen);
        else
            Begin(now, path, datagram, new IkeMessage(
                header, datagram[..IkeHeader.Length], header.NextPayload, datagram[IkeHeader.Length..], Inside.Clear));
    }

    /// <summary>The IKE SA that this IKE_SA_INIT request began is up.</summary>
    public void Remember(TimeSpan now, ReadOnlySpan<byte> request) => _late.Add(now, request);

    // RFC 7296 3.1, 2.2: the request of an initiator that knows no SPI of ours yet.
    private static bool IsBeginning(in IkeHeader header) =>
        header is { Exchange: ExchangeType.IkeSaInit, IsFromInitiator: true, IsResponse: false, MessageId: 0, ResponderSpi.IsZero: true };

    /// <summary>RFC 7296 2.1: the same answer to the same octets; others under the same SPI are none of that peer's.</summary>
    private void Repeat(HalfOpenSa known, ReadOnlySpan<byte> datagram)
    {
        if (datagram.SequenceEqual(known.Session.Sa.Handshake.InitRequest))
            known.Session.AnswerAgain();
        else
            drops.Count(DropReason.Unexpected);
    }

    private void Begin(TimeSpan now, in PeerPath path, ReadOnlySpan<byte> datagram, in IkeMessage request)
    {
        MessageFault fault = request.Check(out PayloadType culprit);
        if (fault == MessageFault.UnknownCriticalPayload)
        {
            TurnAway(path, request, NotifyType.UnsupportedCriticalPayload, [(byte)culprit]);   // RFC 7296 2.5
            return;
        }

        if (fault != MessageFault.None ||
            !request.TryFind(PayloadType.Nonce, out ReadOnlySpan<byte> nonce) || !NoncePayload.IsValid(nonce) ||
            !request.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> keBody) ||
            !KeyExchangePayload.TryRead(keBody, out KeyExchangePayload ke) ||
            !request.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> saBody))
        {
            drops.Count(DropReason.RuleBroken);
            return;
        }

        List<Acceptor> meant = acceptors.Find(path);
        if (meant.Count == 0)
        {
            drops.Count(DropReason.NotOurs);
            return;
        }

        bool receives = request.TryFindNotify(NotifyType.Cookie, out NotifyPayload cookie) &&
            _cookies.IsOurs(now, cookie.Data, path.Remote.Address, request.Header.InitiatorSpi, nonce);
        if (!receives && halfOpen.Count >= halfOpen.Limits.CookiesFrom)
        {
            DemandCookie(now, path, request, nonce);
            return;
        }

        if (!_offers.TryRead(saBody, out List<PeerProposal> offered))
        {
            drops.Count(DropReason.RuleBroken);
            return;
        }

        if (Choose(now, path, request, offered, meant) is not { } match)
            return;
        IkeSelection selection = match.IkeSelection;
        if (ke.Method != selection.InitialMethod)
        {
            Span<byte> wanted = stackalloc byte[sizeof(ushort)];
            BinaryPrimitives.WriteUInt16BigEndian(wanted, (ushort)selection.InitialMethod);
            TurnAway(path, request, NotifyType.InvalidKePayload, wanted);                      // RFC 7296 1.2
            return;
        }

        if (!InitAnswer.IsEnough(nonce, selection.Algorithms.Prf))
        {
            drops.Count(DropReason.RuleBroken);
            return;
        }

        Open(now, path, datagram, request, meant, match, ke, nonce);
    }

    /// <summary>The closest acceptor that finds something in the offer decides; all that could live with its choice stay in the race.</summary>
    /// <param name="meant">Those whose addresses fit; afterwards without those whom the choice excludes.</param>
    private ProposalMatch? Choose(
        TimeSpan now, in PeerPath path, in IkeMessage request, List<PeerProposal> offered, List<Acceptor> meant)
    {
        bool intermediate = request.HasNotify(NotifyType.IntermediateExchangeSupported);
        foreach (Acceptor acceptor in meant)
        {
            if (acceptor.Choose(offered, intermediate) is not { } match)
                continue;
            meant.RemoveAll(other => other != acceptor && !other.Allows(match.IkeSelection));
            return match;
        }

        TurnAway(path, request, NotifyType.NoProposalChosen, []);
        // The sentence has the whole offer in it: nobody makes us write it more often than it is read.
        if (now >= _nextNews)
            Tell(now, path, meant[0], PeerErrors.NothingInCommon(meant[0].Config, path.Remote.Address, offered));
        return null;
    }

    private void Open(
        TimeSpan now,
        in PeerPath path,
        ReadOnlySpan<byte> datagram,
        in IkeMessage request,
        List<Acceptor> meant,
        ProposalMatch match,
        in KeyExchangePayload ke,
        ReadOnlySpan<byte> nonce)
    {
        if (!environment.KeyExchanges.TryRespond(ke.Method, ke.Data, out byte[]? ours, out Secret? secret, out _))
        {
            TurnAway(path, request, NotifyType.InvalidSyntax, []);     // draft-ietf-ipsecme-ikev2-mlkem 2.2
            return;
        }

        using (secret)
        {
            IkeSa sa = IkeSa.Answer(meant[0].Config, environment, drops, path, request.Header.InitiatorSpi, nonce);
            sa.Handshake.Acceptors = meant;
            var session = new IkeSession(sa);
            session.Answer(now, datagram, request, match, ours, secret);
            halfOpen.Add(new HalfOpenSa(session, path.Remote));
        }
    }

    private void DemandCookie(TimeSpan now, in PeerPath path, in IkeMessage request, ReadOnlySpan<byte> nonce)
    {
        byte[] cookie = _cookies.Bake(now, path.Remote.Address, request.Header.InitiatorSpi, nonce);
        Answer(path, request.Header, NotifyType.Cookie, cookie, DropReason.CookieDemanded);
    }

    /// <summary>RFC 7296 2.5: whoever speaks a higher version is told ours.</summary>
    private void RefuseVersion(in PeerPath path, ReadOnlySpan<byte> datagram)
    {
        IkeHeader header = IkeHeader.ReadAnyVersion(datagram);
        if (datagram[IkeHeader.VersionOffset] >> 4 <= IkeHeader.MajorVersion || header.IsResponse)
            drops.Count(DropReason.MalformedHeader);
        else
            Answer(path, header, NotifyType.InvalidMajorVersion, [], DropReason.MalformedHeader);
    }

    private void TurnAway(in PeerPath path, in IkeMessage request, NotifyType error, ReadOnlySpan<byte> data) =>
        Answer(path, request.Header, error, data, DropReason.TurnedAway);

    private void Answer(in PeerPath path, in IkeHeader request, NotifyType type, ReadOnlySpan<byte> data, DropReason reason)
    {
        drops.Count(reason);
        byte[] answer = StrangerAnswer.Write(request, type, data);
        if (answer.Length < request.TotalLength)
            environment.Output.Send(path, answer);
    }

    private void Tell(TimeSpan now, in PeerPath path, Acceptor acceptor, IkeFailure failure)
    {
        _nextNews = now + NewsPause;
        (acceptor.Output ?? environment.Output).Report(new PeerTurnedAway(acceptor.Config.Name, path, failure));
    }
}

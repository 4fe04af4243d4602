using System.Buffers.Binary;
using System.Net;
using System.Text;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>A responder for one IKE SA, made from the same parts as the initiator but with flow, checks and keys of its own.</summary>
internal sealed class SimulatedPeer(
    PeerOptions options, IRandomSource random, IKeyExchangeSource keyExchanges, Action<PeerPath, byte[]> send) : IDisposable
{
    private readonly PayloadWriter _writer = new();
    private readonly Reassembler _parts = new(new FragmentMemory());
    private readonly byte[] _nr = new byte[32];
    private byte[] _ni = [];
    private byte[] _initRequest = [];
    private byte[] _initResponse = [];
    private KeySchedule? _schedule;
    private IkeKeys? _keys;
    private SaProtection? _protection;
    private IkeKeys? _nextKeys;
    private IntAuth? _initiatorIntAuth;
    private IntAuth? _responderIntAuth;
    private uint _expectedId;
    private byte[][] _lastAnswer = [];
    private bool _fragmentation;
    private bool _fullTranscript;
    private bool _redirects;
    private uint _ownRequestId;
    private IkeSpi _spiI;
    private IkeSpi _spiR;

    /// <summary>Where its datagrams go.</summary>
    public Action<PeerPath, byte[]> Wire { get; set; } = send;

    public IkeSelection? Selection { get; private set; }

    /// <summary>IKE_AUTH was answered with an AUTH of ours.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>Some IKE_AUTH request arrived and could be read.</summary>
    public bool SawAuthRequest { get; private set; }

    public bool SawInitialContact { get; private set; }

    /// <summary>The authorities that the initiator asked for, 20 octets each.</summary>
    public byte[] SawCertificateRequest { get; private set; } = [];

    /// <summary>How the initiator signed.</summary>
    public AuthenticationMethod? SawMethod { get; private set; }

    public bool IsDeleted { get; private set; }

    /// <summary>What the initiator says of who sent it here; null where nobody did.</summary>
    public byte[]? RedirectedFrom { get; private set; }

    /// <summary>Both hashes of NAT detection matched.</summary>
    public bool SawNoNat { get; private set; }

    public ChildKeys? ChildKeys { get; private set; }

    public EspSpi InitiatorEspSpi { get; private set; }

    public EspSpi OwnEspSpi { get; } = new(0xbeef0000);

    /// <summary>Requests that were answered, retransmissions not counted.</summary>
    public List<ExchangeType> Answered { get; } = [];

    /// <summary>The payload chains of the peer's answers to our own requests.</summary>
    public List<(PayloadType First, byte[] Payloads)> AnswersToUs { get; } = [];

    public PeerPath LastPath { get; private set; }

    public void Receive(TimeSpan now, PeerPath path, byte[] datagram)
    {
        Assert.Equal(ParseError.None, IkeHeader.TryRead(datagram, out IkeHeader header));
        LastPath = path;
        if (header.Exchange == ExchangeType.IkeSaInit)
        {
            AnswerInit(path, header, datagram);
            return;
        }

        if (_protection is null || header.InitiatorSpi != _spiI || header.ResponderSpi != _spiR)
            return;
        if (!header.IsResponse && header.MessageId + 1 == _expectedId)
        {
            // A repeat, maybe under the keys before: its first datagram brings the answer again.
            if (header.NextPayload == PayloadType.Encrypted || BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(32)) == 1)
                SendAll(path, _lastAnswer);
            return;
        }

        if (!header.IsResponse && header.MessageId != _expectedId)
            return;
        if (MessageOpener.TryOpen(datagram, _protection.Inbound, out OpenedPart part) != OpenResult.Opened)
            return;

        byte[] headers = datagram[..SealedLayout.HeadersLength];
        byte[] payloads = datagram[part.Content];
        PayloadType first = part.First;
        if (part.IsFragment)
        {
            if (_parts.Add(now, headers, part, payloads) != ReassemblyResult.Complete)
                return;
            headers = _parts.HeaderOctets;
            first = _parts.First;
            payloads = _parts.Take();
        }

        var message = new IkeMessage(header, headers, first, payloads, Inside.Encrypted);
        Assert.Equal(MessageFault.None, message.Check(out _));
        if (header.IsResponse)
            AnswersToUs.Add((first, payloads));
        else
            AnswerProtected(path, message);
    }

    /// <summary>Begins an INFORMATIONAL or CREATE_CHILD_SA of the peer's own.</summary>
    public void Request(ExchangeType exchange, Action<PayloadWriter> write)
    {
        _writer.Clear();
        write(_writer);
        Request(exchange, _writer.First, _writer.Octets);
    }

    /// <summary>Begins an exchange with any octets as its payload chain.</summary>
    public void Request(ExchangeType exchange, PayloadType first, ReadOnlySpan<byte> payloads) =>
        SendAll(LastPath, Seal(exchange, _ownRequestId++, HeaderFlags.None, first, payloads));

    public void Dispose() => _writer.Dispose();

    private void AnswerInit(PeerPath path, IkeHeader header, byte[] datagram)
    {
        ReadOnlySpan<byte> payloads = datagram.AsSpan(IkeHeader.Length);
        var message = new IkeMessage(header, datagram.AsSpan(0, IkeHeader.Length), header.NextPayload, payloads, Inside.Clear);
        Assert.Equal(MessageFault.None, message.Check(out _));
        if (_initRequest.AsSpan().SequenceEqual(datagram))
        {
            SendAll(path, _lastAnswer);
            return;
        }

        _writer.Clear();
        int round = CookieRound(message);
        if (round < options.CookieRounds)
        {
            NotifyPayload.Write(_writer, NotifyType.Cookie, [(byte)(round + 1), .. new byte[31]]);
            SendClear(path, header, default);
            return;
        }

        if (options.InitError is { } error)
        {
            NotifyPayload.Write(_writer, error);
            SendClear(path, header, default);
            return;
        }

        _redirects = options.RedirectTo is not null &&
            (message.HasNotify(NotifyType.RedirectSupported) || (options.RedirectsAlways && message.HasNotify(NotifyType.RedirectedFrom)));
        if (message.TryFindNotify(NotifyType.RedirectedFrom, out NotifyPayload from))
            RedirectedFrom = from.Data.ToArray();
        if (_redirects && !options.RedirectsInAuth)
        {
            Assert.True(message.TryFind(PayloadType.Nonce, out ReadOnlySpan<byte> nonce));
            NotifyPayload.Write(_writer, NotifyType.Redirect, [.. Gateway(), .. options.RedirectForgesNonce ? new byte[32] : nonce]);
            SendClear(path, header, default);
            if (!options.RedirectForgesNonce)
                return;
            _redirects = false;
            _writer.Clear();
        }

        Assert.True(message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> keBody));
        Assert.True(KeyExchangePayload.TryRead(keBody, out KeyExchangePayload ke));
        if (options.WantsMethod is { } wanted && ke.Method != wanted)
        {
            NotifyPayload.Write(_writer, NotifyType.InvalidKePayload, [0, (byte)wanted]);
            SendClear(path, header, default);
            return;
        }

        Assert.True(message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> sa));
        Assert.True(message.TryFind(PayloadType.Nonce, out ReadOnlySpan<byte> ni));
        var method = Transform.Of(ke.Method);
        OfferedProposal offered = OfferedProposal.ReadAll(sa).First(p => p.Transforms.Contains(method));
        List<Transform> first = [.. offered.FirstOfEach().Select(t => t.Type == TransformType.KeyExchange ? method : t)];
        if (options.ClassicalOnly)
            first.RemoveAll(t => t.IsAdditionalKeyExchange);
        IReadOnlyList<Transform> chosen = options.Choose(first);

        Assert.True(keyExchanges.TryRespond(ke.Method, ke.Data, out byte[]? ourKey, out Secret? secret, out _));
        _spiI = header.InitiatorSpi;
        Span<byte> spi = stackalloc byte[8];
        random.Fill(spi);
        _spiR = IkeSpi.Read(spi);
        random.Fill(_nr);
        _ni = ni.ToArray();
        _fullTranscript = options.FullTranscript && message.HasNotify(NotifyType.FullTranscriptAuth);
        _fragmentation = options.SupportsFragmentation && message.HasNotify(NotifyType.FragmentationSupported);

        SaPayload.Write(_writer, ProtocolId.Ike, [], [chosen], offered.Number);
        KeyExchangePayload.Write(_writer, ke.Method, options.TruncatesKeys ? ourKey.AsSpan()[..^1] : ourKey);
        NoncePayload.Write(_writer, _nr);
        PeerPath ours = Reverse(path);
        NotifyPayload.Write(_writer, NotifyType.NatDetectionSourceIp, NatDetection.Hash(_spiI, _spiR, ours.Local));
        NotifyPayload.Write(_writer, NotifyType.NatDetectionDestinationIp, NatDetection.Hash(_spiI, _spiR, ours.Remote));
        SawNoNat = !NatDetection.Read(message, ours).IsDetected;
        if (options.SupportsFragmentation)
            NotifyPayload.Write(_writer, NotifyType.FragmentationSupported);
        if (options.AnnouncesIntermediate)
            NotifyPayload.Write(_writer, NotifyType.IntermediateExchangeSupported);
        if (options.PpkUse != PpkUse.None)
            NotifyPayload.Write(
                _writer, options.PpkUse == PpkUse.InAuth ? NotifyType.UsePpk : NotifyType.UsePpkInIntermediate);
        if (options.FullTranscript)
            NotifyPayload.Write(_writer, NotifyType.FullTranscriptAuth);
        options.Hashes?.Write(_writer);
        if (options.AsksFor is { } authorities)
            CertificateRequestPayload.Write(_writer, authorities);
        if (options.TakesChildless)
            NotifyPayload.Write(_writer, NotifyType.ChildlessSupported);
        // A status notify that nobody knows: to be ignored.
        NotifyPayload.Write(_writer, (NotifyType)40000, [1, 2, 3]);
        _initRequest = datagram;
        SendClear(path, header, _spiR);
        _initResponse = _lastAnswer[0];

        if (!chosen.Any(t => t.Type == TransformType.KeyExchange))
            return;
        Selection = new IkeSelection(chosen);
        byte[] spis = new byte[16];
        _spiI.Write(spis);
        _spiR.Write(spis.AsSpan(8));
        _schedule = new KeySchedule(Selection.Algorithms, _ni, _nr, spis.AsSpan(0, 8), spis.AsSpan(8));
        _initiatorIntAuth = new IntAuth(Selection.Algorithms.Prf);
        _responderIntAuth = new IntAuth(Selection.Algorithms.Prf);
        Use(_schedule.First(secret));
        _expectedId = 1;
        Answered.Add(ExchangeType.IkeSaInit);
    }

    // Without memory, as RFC 7296 2.6 wants it: the cookie itself says how often one was asked for.
    private static int CookieRound(in IkeMessage message)
    {
        if (!message.TryFindNotify(NotifyType.Cookie, out NotifyPayload cookie))
            return 0;
        Assert.Equal(PayloadType.Notify, message.First);             // RFC 7296 2.6: the cookie comes first
        Assert.Equal(32, cookie.Data.Length);
        return cookie.Data[0];
    }

    private void AnswerProtected(PeerPath path, in IkeMessage message)
    {
        _writer.Clear();
        switch (message.Header.Exchange)
        {
            case ExchangeType.IkeIntermediate:
                AnswerIntermediate(message);
                break;
            case ExchangeType.IkeAuth:
                AnswerAuth(message);
                break;
            case ExchangeType.Informational:
                IsDeleted |= message.TryFind(PayloadType.Delete, out _);
                if (options.LivenessError is { } error)
                    NotifyPayload.Write(_writer, error);
                break;
            case ExchangeType.CreateChildSa:
                NotifyPayload.Write(_writer, NotifyType.NoAdditionalSas);    // Fresh keys come from a fresh IKE SA.
                break;
            default:
                Assert.Fail($"unexpected {message.Header.Exchange}");
                break;
        }

        byte[][] answer = Seal(message.Header.Exchange, _expectedId, HeaderFlags.Response, _writer.First, _writer.Octets);
        _expectedId++;
        _lastAnswer = answer;
        Answered.Add(message.Header.Exchange);
        SendAll(path, answer);
        if (_nextKeys is not null)
            Use(_nextKeys);
        _nextKeys = null;
    }

    private void AnswerIntermediate(in IkeMessage message)
    {
        if (options.IntermediateError is { } error)
        {
            NotifyPayload.Write(_writer, error);
            return;
        }

        _initiatorIntAuth!.Add(_keys!.SkPi, message.HeaderOctets, message.Payloads);
        int round = Answered.Count(e => e == ExchangeType.IkeIntermediate);
        IkeKeys? next = null;
        if (round < Selection!.AdditionalMethods.Count)
        {
            Assert.True(message.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body));
            Assert.True(KeyExchangePayload.TryRead(body, out KeyExchangePayload ke));
            Assert.Equal(Selection.AdditionalMethods[round], ke.Method);
            Assert.True(keyExchanges.TryRespond(ke.Method, ke.Data, out byte[]? ourKey, out Secret? secret, out _));
            KeyExchangePayload.Write(_writer, ke.Method, options.TruncatesKeys ? ourKey.AsSpan()[..^1] : ourKey);
            next = _schedule!.Next(_keys, secret);
        }

        // RFC 9867 3.1: with the last one, behind its key exchange.
        if (options.PpkUse == PpkUse.InIntermediate && round + 1 >= Selection.AdditionalMethods.Count && KnowsPpk(message))
        {
            using Secret ppk = new(options.Ppk);
            NotifyPayload.Write(_writer, NotifyType.PpkIdentity, [2, .. Encoding.ASCII.GetBytes(options.PpkId)]);
            next = _schedule!.NextWithPpk(next ?? _keys, ppk);
        }

        byte[] headers = new byte[SealedLayout.HeadersLength];
        IkeHeader answer = new(_spiI, _spiR, PayloadType.None, ExchangeType.IkeIntermediate, HeaderFlags.Response, _expectedId, 0);
        MessageSealer.WriteHeaders(headers, answer, _writer.First, _writer.Octets.Length);
        _responderIntAuth!.Add(_keys.SkPr, headers, _writer.Octets);
        _nextKeys = next;
    }

    private bool KnowsPpk(in IkeMessage message)
    {
        using Secret ppk = new(options.Ppk);
        byte[] expected = [2, .. Encoding.ASCII.GetBytes(options.PpkId), .. _schedule!.PpkConfirmation(ppk)];
        PayloadReader reader = message.Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type == PayloadType.Notify &&
                NotifyPayload.TryRead(payload.Body, out NotifyPayload notify) &&
                notify.Type == NotifyType.PpkIdentityKey &&
                notify.Data.SequenceEqual(expected))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>RFC 8784 3: with the PPK that the initiator names, or with its proof without one.</summary>
    private byte[] ProofUnderPpk(in IkeMessage message, byte[] auth)
    {
        if (options.PpkUse != PpkUse.InAuth || !message.TryFindNotify(NotifyType.PpkIdentity, out NotifyPayload identity))
            return auth;
        if (identity.Data.SequenceEqual((byte[])[2, .. Encoding.ASCII.GetBytes(options.PpkId)]))
        {
            using Secret ppk = new(options.Ppk);
            _keys = _schedule!.WithPpk(_keys!, ppk);
            NotifyPayload.Write(_writer, NotifyType.PpkIdentity);
            return auth;
        }

        return message.TryFindNotify(NotifyType.NoPpkAuth, out NotifyPayload without) ? without.Data.ToArray() : [];
    }

    private void AnswerAuth(in IkeMessage message)
    {
        SawAuthRequest = true;
        SawInitialContact = message.HasNotify(NotifyType.InitialContact);
        PrfId prf = Selection!.Algorithms.Prf;
        using Secret psk = new(options.Psk);
        Assert.True(message.TryFind(PayloadType.IdentityInitiator, out ReadOnlySpan<byte> idI));
        Assert.True(message.TryFind(PayloadType.Authentication, out ReadOnlySpan<byte> authBody));
        Assert.True(AuthenticationPayload.TryRead(authBody, out AuthenticationPayload auth));
        byte[] intAuth = SignedOctets.IntAuthOf(_initiatorIntAuth!, _responderIntAuth!, message.Header.MessageId);
        byte[] realI = _fullTranscript ? [.. new byte[8], .. _initResponse, .. _initRequest] : _initRequest;
        byte[] realR = _fullTranscript ? [.. new byte[8], .. _initRequest, .. _initResponse] : _initResponse;
        byte[] proof = ProofUnderPpk(message, auth.Data.ToArray());
        byte[] signedByI = SignedOctets.Compose(prf, realI, _nr, _keys!.SkPi, idI, intAuth);
        if (!options.TrustsAnybody &&
            !(options.WantsCertificate ? IsSigned(message, auth.Method, proof, signedByI) : PskAuth.Verify(prf, psk, signedByI, proof)))
        {
            _writer.Clear();
            NotifyPayload.Write(_writer, NotifyType.AuthenticationFailed);
            return;
        }

        if (options.InsteadOfProof is { } instead)
        {
            _writer.Begin(instead);
            _writer.End();
            return;
        }

        byte[] idR = [(byte)IdentityType.Fqdn, 0, 0, 0, .. Encoding.ASCII.GetBytes(options.Id)];
        IdentityPayload.Write(_writer, PayloadType.IdentityResponder, idR);
        byte[] signed = SignedOctets.Compose(prf, realR, _ni, _keys!.SkPr, idR, intAuth);
        if (options.Certificate is { } certificate)
            Sign(certificate, signed);
        else
            AuthenticationPayload.Write(_writer, AuthenticationMethod.SharedKey, PskAuth.Compute(prf, psk, signed));
        IsEstablished = true;
        if (options.ChildError is { } error)
            NotifyPayload.Write(_writer, error);
        else if (_redirects)
            NotifyPayload.Write(_writer, NotifyType.Redirect, Gateway());
        else
            AnswerChild(message);
    }

    /// <summary>RFC 5685 7.2, without a nonce.</summary>
    public static byte[] Redirect(IPAddress target) => target.GetAddressBytes() is { Length: 4 } octets ? [1, 4, .. octets] : [2, 16, .. target.GetAddressBytes()];

    private byte[] Gateway() => options.RedirectToName is { } name
        ? [3, (byte)name.Length, .. Encoding.ASCII.GetBytes(name)]
        : Redirect(options.RedirectTo!);

    private bool IsSigned(in IkeMessage message, AuthenticationMethod method, byte[] signature, byte[] signed)
    {
        SawCertificateRequest = CertificateRequestPayload.AuthoritiesOf(message);
        SawMethod = method;
        using CertificateChain? chain = CertificateChain.Read(message, out _);
        if (chain is null)
            return false;
        using VerificationKey key = VerificationKey.Read(chain.Leaf.PublicKey.ExportSubjectPublicKeyInfo(), out _)!;
        return AuthSignature.Verify(key, method, signature, signed, takesSha1: options.RsaSignature == RsaSignature.Sha1) is null;
    }

    private void Sign(TestCertificate certificate, byte[] signed)
    {
        SignatureHashes taken = options.RsaSignature == RsaSignature.Sha1 ? default : SignatureHashes.Ours;
        SignatureChoice choice = SignatureChoice.For(certificate.Key.SigningKey, taken, options.RsaSignature, out _)!.Value;
        if (options.WriteCertificates is { } write)
        {
            write(_writer);
        }
        else
        {
            using CertificateChain chain = certificate.Chain();
            chain.Write(_writer);
        }

        AuthenticationPayload.Write(_writer, choice.Method, AuthSignature.Make(certificate.Key.SigningKey, choice, signed));
    }

    private void AnswerChild(in IkeMessage message)
    {
        Assert.True(message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> sa));
        Assert.True(message.TryFind(PayloadType.TrafficSelectorInitiator, out ReadOnlySpan<byte> tsI));
        Assert.True(message.TryFind(PayloadType.TrafficSelectorResponder, out ReadOnlySpan<byte> tsR));
        Assert.True(TrafficSelectorPayload.TryRead(tsI, out List<TrafficSelector> initiator));
        Assert.True(TrafficSelectorPayload.TryRead(tsR, out List<TrafficSelector> responder));
        OfferedProposal offered = OfferedProposal.ReadAll(sa)[0];
        List<Transform> chosen = offered.FirstOfEach();
        InitiatorEspSpi = new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(offered.Spi));
        byte[] spi = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(spi, OwnEspSpi.Value);

        SaPayload.Write(_writer, ProtocolId.Esp, spi, [chosen], offered.Number);
        TrafficSelectorPayload.Write(_writer, PayloadType.TrafficSelectorInitiator, options.Narrow(initiator));
        TrafficSelectorPayload.Write(_writer, PayloadType.TrafficSelectorResponder, options.Narrow(responder));
        EspSelection selection = new(chosen);
        ChildKeys = ChildKeySchedule.Derive(
            Selection!.Algorithms.Prf, _keys!.SkD, [], _ni, _nr, selection.Encryption, selection.Integrity);
    }

    private void Use(IkeKeys keys)
    {
        _keys = keys;
        _protection = SaProtection.Create(Selection!.Algorithms, keys, isInitiator: false, random);
    }

    private byte[][] Seal(ExchangeType exchange, uint messageId, HeaderFlags flags, PayloadType first, ReadOnlySpan<byte> payloads)
    {
        int maxLength = _fragmentation ? options.FragmentIpSize - 20 - 8 - (LastPath.HasNonEspMarker ? 4 : 0) : int.MaxValue;
        IkeHeader header = new(_spiI, _spiR, PayloadType.None, exchange, flags, messageId, 0);
        return MessageSealer.Seal(_protection!.Outbound, header, first, payloads, maxLength);
    }

    private void SendClear(PeerPath path, IkeHeader request, IkeSpi responder)
    {
        byte[] message = [.. new byte[IkeHeader.Length], .. _writer.Octets];
        IkeHeader header = new(
            request.InitiatorSpi, responder, _writer.First, ExchangeType.IkeSaInit, HeaderFlags.Response, 0, message.Length);
        header.Write(message);
        _lastAnswer = [message];
        SendAll(path, _lastAnswer);
    }

    // As the initiator sees it: the path of the answer is the path of the question.
    private void SendAll(PeerPath path, byte[][] datagrams)
    {
        foreach (byte[] datagram in datagrams)
            Wire(path, datagram);
    }

    private static PeerPath Reverse(PeerPath path) => new(path.Remote, path.Local);
}

using System.Buffers;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>
/// Runs the exchanges of one IKE SA: ours one after the other with repeats (RFC 7296 2.1 to 2.3), the peer's through an
/// <see cref="AnswerWindow"/>. Opens what comes in, and judges it by what is expected.
/// </summary>
internal sealed class ExchangeRunner : IDisposable
{
    /// <summary>How long to listen for a better answer after a doubtful one (RFC 7296 2.21.1).</summary>
    public static readonly TimeSpan DoubtGrace = TimeSpan.FromSeconds(2);

    /// <summary>After so many sendings without an answer a long message goes in smaller pieces (RFC 7383 2.5.2).</summary>
    private const int SilentSendings = 3;

    private readonly IkeSa _sa;
    private readonly MessageFactory _messages;
    private readonly AnswerWindow _peerRequests;
    private readonly Queue<IExchangeTask> _waiting = new();

    private readonly OutstandingRequest _last = new();
    private OutstandingRequest? _request;
    private Reassembler? _answerParts;
    private uint _nextRequestId;
    private TimeSpan? _doubtDeadline;
    private HeldMessage? _heldAnswer;
    private TimeSpan? _checkDeadline;

    public ExchangeRunner(IkeSa sa)
    {
        _sa = sa;
        _messages = new MessageFactory(sa);
        _peerRequests = new AnswerWindow(sa, _messages);
    }

    public bool IsBusy => _request is not null;

    /// <summary>When <see cref="Advance"/> has something to do; null while nothing is outstanding.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            if (_checkDeadline is { } check)
                return check;
            return _request is null ? null : _doubtDeadline is { } doubt && doubt < _request.Deadline ? doubt : _request.Deadline;
        }
    }

    /// <summary>Answers the IKE_SA_INIT that began this SA.</summary>
    /// <param name="datagram">The request as it came: AUTH covers it (RFC 7296 2.15).</param>
    /// <param name="request">The same, read.</param>
    /// <param name="ourKey">The data of our KE payload.</param>
    /// <param name="secret">Of the key exchange; stays the caller's.</param>
    public void AnswerInit(
        TimeSpan now, ReadOnlySpan<byte> datagram, in IkeMessage request, ProposalMatch match, ReadOnlySpan<byte> ourKey, Secret secret)
    {
        _sa.LastHeard = now;
        InitAnswer.Write(_sa, request, match, ourKey, _messages.Begin());
        _sa.Handshake.InitRequest = datagram.ToArray();
        _sa.Handshake.InitResponse = _messages.InTheOpen(messageId: 0, isResponse: true);
        InitAnswer.Finish(_sa, match.IkeSelection, secret);
        ResendInit();
    }

    /// <summary>The answer to a repeated IKE_SA_INIT: the same octets (RFC 7296 2.1).</summary>
    public void ResendInit() => _sa.Environment.Output.Send(_sa.Path, _sa.Handshake.InitResponse);

    /// <summary>Begins an exchange, after those before it.</summary>
    public void Run(TimeSpan now, IExchangeTask task)
    {
        if (IsBusy)
            _waiting.Enqueue(task);
        else
            Send(now, task);
    }

    /// <summary>Begins what the SA's state calls for.</summary>
    public void RunAsked(TimeSpan now)
    {
        while (_sa.State != IkeSaState.Dead && _sa.Asked.TryDequeue(out IExchangeTask? task))
            Run(now, task);
    }

    /// <summary>Repeats the outstanding request at once: the path has changed under it.</summary>
    public void Hasten(TimeSpan now)
    {
        if (_request is not { } request)
            return;
        if (TryFallBack(now, request))
            return;
        request.Forget();
        Transmit(now, request);
    }

    /// <summary>Sends a request that nobody waits for: the last word before an SA dies.</summary>
    public void SendAndForget(IExchangeTask task)
    {
        foreach (byte[] datagram in Build(task, _nextRequestId++))
            _sa.Environment.Output.Send(_sa.Path, datagram);
    }

    /// <summary>Repeats, or gives up.</summary>
    public void Advance(TimeSpan now)
    {
        if (_checkDeadline is { } deadline)
        {
            if (deadline <= now)
                Resume(now, CertificateVerdict.Late(_sa.Config.Authentication.CheckTime));
            return;
        }

        if (_request is not { } request)
            return;
        if (_doubtDeadline <= now)
        {
            _sa.Die(_sa.Doubt);
            return;
        }

        if (request.Deadline > now || TryFallBack(now, request))
            return;
        if (request.Sent > Plan.Repeats)
        {
            GiveUp(request);
            return;
        }

        if (request.Sent >= SilentSendings)
            _sa.Mobility.TryNextAddress(_sa);
        if (request.Sent == SilentSendings && request.Task is not PathProbeTask && _messages.CutSmaller(isResponse: false) is { } smaller)
            request.Recut(smaller);
        Transmit(now, request);
        _sa.Report(new RequestRepeated(_sa.Config.Name, _sa.InitiatorSpi, request.Exchange.ToString(), request.Sent - 1));
    }

    /// <summary>The check of the peer's certificates is over: the message that waited for it is carried out.</summary>
    public void Resume(TimeSpan now, CertificateVerdict verdict)
    {
        _sa.Handshake.CheckVerdict = verdict;
        if (_heldAnswer is not { } held)
        {
            _peerRequests.Resume();
            return;
        }

        _heldAnswer = null;
        _checkDeadline = null;
        TakeAnswer(now, held.Message);
    }

    /// <summary>Takes one datagram without non-ESP marker.</summary>
    public void Receive(TimeSpan now, in PeerPath path, ReadOnlySpan<byte> datagram)
    {
        if (IkeHeader.TryRead(datagram, out IkeHeader header) != ParseError.None)
            Drop(DropReason.MalformedHeader);
        else if (!IsFromPeer(header))
            Drop(DropReason.NotOurs);
        else if (header.Exchange == ExchangeType.IkeSaInit)
            ReceiveInit(now, path, header, datagram);
        else if (_sa.Keys.Protection is null || !IsExpected(header))
            Drop(DropReason.Unexpected);
        else
            ReceiveProtected(now, path, header, datagram);
    }

    public void Dispose()
    {
        _messages.Dispose();
        _answerParts?.Clear();
        _peerRequests.ForgetParts();
    }

    // A peer that does not confirm a deletion is soon left alone.
    // Made with the first fragment: most peers send none once the SA is up.
    private Reassembler AnswerParts => _answerParts ??= new Reassembler(_sa.Environment.Fragments);

    private RetransmissionPlan Plan => _sa.State == IkeSaState.Deleting
        ? _sa.Config.Retransmission with { Repeats = Math.Min(2, _sa.Config.Retransmission.Repeats) }
        : _sa.Config.Retransmission;

    // RFC 7296 3.1: who began the SA sets the initiator flag in all it sends, so our own message thrown back is none of the peer's.
    private bool IsFromPeer(in IkeHeader header) =>
        header.InitiatorSpi == _sa.InitiatorSpi &&
        header.IsFromInitiator != _sa.IsInitiator &&
        (_sa.ResponderSpi.IsZero || header.ResponderSpi == _sa.ResponderSpi);

    private bool IsAnswer(in IkeHeader header) =>
        header.IsResponse && _request is not null && _heldAnswer is null && header.Exchange == _request.Exchange && header.MessageId == _request.MessageId;

    private bool IsExpected(in IkeHeader header) => header.IsResponse ? IsAnswer(header) : _peerRequests.IsExpected(header);

    private void ReceiveInit(TimeSpan now, in PeerPath path, in IkeHeader header, ReadOnlySpan<byte> datagram)
    {
        if (!IsAnswer(header) || _sa.Keys.Protection is not null)
        {
            Drop(DropReason.Unexpected);
            return;
        }

        if (!path.Remote.Address.Equals(_sa.Path.Remote.Address))
        {
            Drop(DropReason.NotOurs);
            return;
        }

        var message = new IkeMessage(header, datagram[..IkeHeader.Length], header.NextPayload, datagram[IkeHeader.Length..], Inside.Clear);
        MessageFault fault = message.Check(out PayloadType culprit);
        if (fault != MessageFault.None)
            Drop(DropReason.RuleBroken);
        // RFC 7296 2.21.1: nobody vouches for it, so a broken answer does not end the attempt, but says how it may end.
        Take(now, fault == MessageFault.None
            ? _request!.Task.HandleResponse(_sa, message)
            : TaskStep.Doubt(Broken(message, fault, culprit)));
    }

    private void ReceiveProtected(TimeSpan now, in PeerPath path, in IkeHeader header, ReadOnlySpan<byte> datagram)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(datagram.Length);
        Span<byte> opened = buffer.AsSpan(0, datagram.Length);
        datagram.CopyTo(opened);
        OpenResult result = MessageOpener.TryOpen(opened, ProtectionOf(header).Inbound, out OpenedPart part);
        if (result == OpenResult.Opened)
        {
            if (part.IsFragment)
                TakeFragment(now, path, header, opened, part);
            else
                TakeMessage(now, path, new IkeMessage(
                    header, opened[..SealedLayout.HeadersLength], part.First, opened[part.Content], Inside.Encrypted));
        }
        else
        {
            Drop(result == OpenResult.NotAuthentic ? DropReason.NotAuthentic : DropReason.BadLayout);
        }

        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
    }

    /// <summary>A repeat of the request before may be under the keys before (RFC 9242 3.3.1).</summary>
    private SaProtection ProtectionOf(in IkeHeader header) =>
        !header.IsResponse && _sa.Keys.PreviousProtection is { } previous && _peerRequests.IsRepeat(header) ? previous : _sa.Keys.Protection!;

    private void TakeFragment(TimeSpan now, in PeerPath path, in IkeHeader header, ReadOnlySpan<byte> opened, in OpenedPart part)
    {
        if (!header.IsResponse && _peerRequests.IsRepeat(header))
        {
            // RFC 7383 2.6.1: the first fragment of a request that has been answered brings the answer again, the others nothing.
            if (part.Fragment == 1)
                _peerRequests.Resend(path, part.Total);
            return;
        }

        Reassembler parts = header.IsResponse ? AnswerParts : _peerRequests.Parts;
        ReassemblyResult result = parts.Add(now, opened[..SealedLayout.HeadersLength], part, opened[part.Content]);
        if (!header.IsResponse && part.Fragment < part.Total && result != ReassemblyResult.Refused)
            _peerRequests.LargestFragment = opened.Length;
        switch (result)
        {
            case ReassemblyResult.Complete:
                _sa.LargestFragmentCount = Math.Max(_sa.LargestFragmentCount, part.Total);
                byte[] whole = parts.Take();
                TakeMessage(now, path, new IkeMessage(header, parts.HeaderOctets, parts.First, whole, Inside.Encrypted), part.Total);
                break;
            case ReassemblyResult.Duplicate or ReassemblyResult.Refused:
                Drop(DropReason.Fragment);
                break;
        }
    }

    private void TakeMessage(TimeSpan now, in PeerPath path, in IkeMessage message, int fragments = 0)
    {
        // RFC 7296 2.4: only what is new proves life; a repeat may be anybody's recording.
        if (message.Header.IsResponse || !_peerRequests.IsRepeat(message.Header))
        {
            _sa.LastHeard = now;
            PathFollowing.ByIke(_sa, path);
        }

        if (message.Header.IsResponse)
            TakeAnswer(now, message);
        else
            _peerRequests.Take(path, message, fragments);
        if (message.Header.IsResponse)
            _sa.Mobility.ConfirmPath(_sa);
        RunAsked(now);
    }

    private void TakeAnswer(TimeSpan now, in IkeMessage message)
    {
        TaskStep step = Judge(message);
        if (step.Kind != StepKind.Later)
        {
            Take(now, step);
            return;
        }

        _heldAnswer = new HeldMessage(message);
        _checkDeadline = now + _sa.Config.Authentication.CheckTime;
    }

    private TaskStep Judge(in IkeMessage message)
    {
        MessageFault fault = message.Check(out PayloadType culprit);
        if (fault != MessageFault.None)
        {
            Drop(DropReason.RuleBroken);
            return TaskStep.Fail(
                Broken(message, fault, culprit), peerThinksItIsUp: _sa.State is IkeSaState.Authenticating or IkeSaState.Established);
        }

        // RFC 7296 2.21.3: a peer that found our request malformed has closed the IKE SA; creations have something to undo themselves.
        return message.Header.Exchange == ExchangeType.Informational && message.HasNotify(NotifyType.InvalidSyntax)
            ? TaskStep.Fail(PeerErrors.FoundMalformed(_sa, message.Header.Exchange))
            : _request!.Task.HandleResponse(_sa, message);
    }

    private IkeFailure Broken(in IkeMessage message, MessageFault fault, PayloadType culprit) =>
        PeerErrors.Violation(_sa, $"{fault} ({culprit}) in its answer to {message.Header.Exchange}");

    private void Take(TimeSpan now, TaskStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Ignore:
                Drop(DropReason.Unexpected);
                return;
            case StepKind.Doubt:
                _sa.Doubt ??= step.Failure;
                _doubtDeadline ??= now + DoubtGrace;
                return;
            case StepKind.Again:
                Finish();
                Send(now, _request!.Task, _request.MessageId);
                return;
            case StepKind.Fail:
                Finish();
                _nextRequestId++;
                if (step.PeerThinksItIsUp)
                    SendAndForget(new DeleteTask());
                _sa.Die(step.Failure);
                _request = null;
                return;
            default:
                Finish();
                _nextRequestId++;
                _request = null;
                if ((step.NextTask ?? NextWaiting()) is { } task && _sa.State != IkeSaState.Dead)
                    Send(now, task);
                return;
        }
    }

    private IExchangeTask? NextWaiting() => _waiting.TryDequeue(out IExchangeTask? task) ? task : null;

    private void Finish()
    {
        _answerParts?.Clear();
        _doubtDeadline = null;
        _sa.Doubt = null;
    }

    private void GiveUp(OutstandingRequest request) =>
        _sa.Die(_sa.State == IkeSaState.Deleting ? null : _sa.Doubt ?? Silence.Of(_sa, request, AnswerParts));

    private void Send(TimeSpan now, IExchangeTask task) => Send(now, task, _nextRequestId);

    private void Send(TimeSpan now, IExchangeTask task, uint messageId)
    {
        _request = _last.Begin(task, messageId, Build(task, messageId, spent: _last.Datagrams));
        Transmit(now, _request);
    }

    private void Transmit(TimeSpan now, OutstandingRequest request)
    {
        request.CountSending(now, Plan);
        if (request.Task is PathProbeTask { HasFallenBack: false })
        {
            _sa.Environment.Output.SendWhole(_sa.Path, request.Datagrams[0]);
            return;
        }

        foreach (byte[] datagram in request.Datagrams)
            _sa.Environment.Output.Send(_sa.Path, datagram);
        request.Turn();
    }

    /// <summary>What has shown the path to be too narrow for it goes on as what passes.</summary>
    private bool TryFallBack(TimeSpan now, OutstandingRequest request)
    {
        if (request.Task is not PathProbeTask { HasFallenBack: false } probe)
            return false;
        probe.HasFallenBack = true;
        byte[][] pieces = _messages.CutSafely();
        request.Recut(Build(probe, request.MessageId), inTurnWith: pieces);
        request.Forget();
        Transmit(now, request);
        return true;
    }

    private byte[][] Build(IExchangeTask task, uint messageId, byte[][]? spent = null)
    {
        task.BuildRequest(_sa, messageId, _messages.Begin());
        if (task is PathProbeTask)
            return _messages.SealWhole(task.Exchange, messageId);
        if (task.Exchange != ExchangeType.IkeSaInit)
            return _messages.Seal(task.Exchange, messageId, isResponse: false, spent);

        _sa.Handshake.InitRequest = _messages.InTheOpen(messageId, isResponse: false);
        return [_sa.Handshake.InitRequest];
    }

    private void Drop(DropReason reason) => _sa.Drops.Count(reason);
}

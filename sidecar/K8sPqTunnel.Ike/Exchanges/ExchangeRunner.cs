using System.Buffers;
using System.Net.Sockets;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Runs the exchanges of one IKE SA: message IDs, window of one each way, repeats, protection, fragments (RFC 7296 2.1 to 2.3).</summary>
internal sealed class ExchangeRunner(IkeSa sa) : IDisposable
{
    /// <summary>How long to listen for a better answer after a doubtful one (RFC 7296 2.21.1).</summary>
    public static readonly TimeSpan DoubtGrace = TimeSpan.FromSeconds(2);

    private const int UdpHeaderLength = 8;
    private const int NonEspMarkerLength = 4;

    private readonly PayloadWriter _writer = new();
    private readonly Reassembler _answerParts = new();
    private readonly Reassembler _requestParts = new();
    private readonly Queue<IExchangeTask> _waiting = new();

    private OutstandingRequest? _request;
    private uint _nextRequestId;
    private uint _nextPeerRequestId;
    private byte[][] _lastAnswer = [];
    private TimeSpan? _doubtDeadline;

    public bool IsBusy => _request is not null;

    /// <summary>When <see cref="Advance"/> has something to do; null while nothing is outstanding.</summary>
    public TimeSpan? NextDeadline =>
        _request is null ? null : _doubtDeadline is { } doubt && doubt < _request.Deadline ? doubt : _request.Deadline;

    /// <summary>Begins an exchange, after those before it.</summary>
    public void Run(TimeSpan now, IExchangeTask task)
    {
        if (IsBusy)
            _waiting.Enqueue(task);
        else
            Send(now, task);
    }

    /// <summary>Sends a request that nobody waits for: the last word before an SA dies.</summary>
    public void SendAndForget(IExchangeTask task)
    {
        foreach (byte[] datagram in Build(task, _nextRequestId++))
            sa.Environment.Output.Send(sa.Path, datagram);
    }

    /// <summary>Repeats, or gives up.</summary>
    public void Advance(TimeSpan now)
    {
        if (_request is not { } request)
            return;
        if (_doubtDeadline <= now)
        {
            sa.Die(sa.Doubt);
            return;
        }

        if (request.Deadline > now)
            return;
        if (request.Sent > Plan.Repeats)
        {
            GiveUp(request);
            return;
        }

        Transmit(now, request);
        sa.Report(new RequestRepeated(sa.Config.Name, sa.InitiatorSpi, request.Exchange.ToString(), request.Sent - 1));
    }

    /// <summary>Takes one datagram without non-ESP marker.</summary>
    public void Receive(TimeSpan now, in UdpPath path, ReadOnlySpan<byte> datagram)
    {
        if (IkeHeader.TryRead(datagram, out IkeHeader header) != ParseError.None)
            Drop(DropReason.MalformedHeader);
        else if (header.InitiatorSpi != sa.InitiatorSpi || header.IsFromInitiator || !(sa.ResponderSpi.IsZero || header.ResponderSpi == sa.ResponderSpi))
            Drop(DropReason.NotOurs);
        else if (header.Exchange == ExchangeType.IkeSaInit)
            ReceiveInit(now, path, header, datagram);
        else if (sa.Protection is null || !IsExpected(header))
            Drop(DropReason.Unexpected);
        else
            ReceiveProtected(now, path, header, datagram);
    }

    public void Dispose() => _writer.Dispose();

    // A peer that does not confirm a deletion is soon left alone.
    private RetransmissionPlan Plan => sa.State == IkeSaState.Deleting
        ? sa.Config.Retransmission with { Repeats = Math.Min(2, sa.Config.Retransmission.Repeats) }
        : sa.Config.Retransmission;

    private bool IsAnswer(in IkeHeader header) =>
        header.IsResponse && _request is not null && header.Exchange == _request.Exchange && header.MessageId == _request.MessageId;

    private bool IsExpected(in IkeHeader header) => header.IsResponse
        ? IsAnswer(header)
        : IkeSaTransitions.IsOpenToPeer(sa.State, header.Exchange) && (header.MessageId == _nextPeerRequestId || IsRepeat(header));

    private bool IsRepeat(in IkeHeader header) => header.MessageId + 1 == _nextPeerRequestId && _lastAnswer.Length > 0;

    private void ReceiveInit(TimeSpan now, in UdpPath path, in IkeHeader header, ReadOnlySpan<byte> datagram)
    {
        if (!IsAnswer(header) || sa.Protection is not null)
        {
            Drop(DropReason.Unexpected);
            return;
        }

        if (!path.Remote.Address.Equals(sa.Path.Remote.Address))
        {
            Drop(DropReason.NotOurs);
            return;
        }

        var message = new IkeMessage(header, datagram[..IkeHeader.Length], header.NextPayload, datagram[IkeHeader.Length..], Inside.Clear);
        // RFC 7296 2.21.1: nobody vouches for it, so a broken answer is no answer.
        if (message.Check(out _) != MessageFault.None)
            Drop(DropReason.RuleBroken);
        else
            Take(now, _request!.Task.HandleResponse(sa, message));
    }

    private void ReceiveProtected(TimeSpan now, in UdpPath path, in IkeHeader header, ReadOnlySpan<byte> datagram)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(datagram.Length);
        Span<byte> opened = buffer.AsSpan(0, datagram.Length);
        datagram.CopyTo(opened);
        OpenResult result = MessageOpener.TryOpen(opened, sa.Protection!.Inbound, out OpenedPart part);
        if (result == OpenResult.Opened)
        {
            sa.LastHeard = now;
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

    private void TakeFragment(TimeSpan now, in UdpPath path, in IkeHeader header, ReadOnlySpan<byte> opened, in OpenedPart part)
    {
        if (!header.IsResponse && IsRepeat(header))
        {
            // RFC 7383 2.6.1: the first fragment of a request that has been answered brings the answer again, the others nothing.
            if (part.Fragment == 1)
                Resend(path);
            return;
        }

        Reassembler parts = header.IsResponse ? _answerParts : _requestParts;
        switch (parts.Add(now, opened[..SealedLayout.HeadersLength], part, opened[part.Content]))
        {
            case ReassemblyResult.Complete:
                sa.LargestFragmentCount = Math.Max(sa.LargestFragmentCount, part.Total);
                byte[] whole = parts.Take();
                TakeMessage(now, path, new IkeMessage(header, parts.HeaderOctets, parts.First, whole, Inside.Encrypted));
                break;
            case ReassemblyResult.Duplicate or ReassemblyResult.Refused:
                Drop(DropReason.Fragment);
                break;
        }
    }

    private void TakeMessage(TimeSpan now, in UdpPath path, in IkeMessage message)
    {
        if (message.Header.IsResponse)
            TakeAnswer(now, message);
        else if (IsRepeat(message.Header))
            Resend(path);
        else
            AnswerRequest(path, message);
    }

    private void TakeAnswer(TimeSpan now, in IkeMessage message)
    {
        MessageFault fault = message.Check(out PayloadType culprit);
        Take(now, fault == MessageFault.None
            ? _request!.Task.HandleResponse(sa, message)
            : TaskStep.Fail(
                FailureReason.ProtocolViolation,
                $"{PeerErrors.Peer(sa)} breaks IKEv2: {fault} ({culprit}) in its answer to {message.Header.Exchange}",
                peerThinksItIsUp: sa.State == IkeSaState.Established));
    }

    private void AnswerRequest(in UdpPath path, in IkeMessage message)
    {
        _writer.Clear();
        PeerRequests.Answer(sa, message, _writer);
        _lastAnswer = Seal(message.Header.Exchange, _nextPeerRequestId, isResponse: true);
        _nextPeerRequestId++;
        _requestParts.Clear();
        Resend(path);
    }

    // RFC 7296 2.11: the answer goes back where the request came from.
    private void Resend(in UdpPath path)
    {
        foreach (byte[] datagram in _lastAnswer)
            sa.Environment.Output.Send(path, datagram);
    }

    private void Take(TimeSpan now, TaskStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Doubt:
                sa.Doubt ??= step.Failure;
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
                sa.Die(step.Failure);
                _request = null;
                return;
            default:
                Finish();
                _nextRequestId++;
                _request = null;
                if ((step.NextTask ?? NextWaiting()) is { } task && sa.State != IkeSaState.Dead)
                    Send(now, task);
                return;
        }
    }

    private IExchangeTask? NextWaiting() => _waiting.TryDequeue(out IExchangeTask? task) ? task : null;

    private void Finish()
    {
        _answerParts.Clear();
        _doubtDeadline = null;
        sa.Doubt = null;
    }

    private void GiveUp(OutstandingRequest request)
    {
        bool wasUp = sa.State == IkeSaState.Established;
        sa.Die(sa.State == IkeSaState.Deleting ? null : sa.Doubt ?? new IkeFailure(
            FailureReason.PeerUnreachable,
            wasUp
                ? $"{PeerErrors.Peer(sa)} answers no more ({request.Sent} tries of {request.Exchange}): check the path to it"
                : $"{PeerErrors.Peer(sa)} does not answer {request.Exchange} on UDP port {sa.Path.Remote.Port} ({request.Sent} tries): " +
                  "check the address, and firewalls for UDP 500 and 4500"));
    }

    private void Send(TimeSpan now, IExchangeTask task) => Send(now, task, _nextRequestId);

    private void Send(TimeSpan now, IExchangeTask task, uint messageId)
    {
        _request = new OutstandingRequest(task, messageId, Build(task, messageId));
        Transmit(now, _request);
    }

    private void Transmit(TimeSpan now, OutstandingRequest request)
    {
        request.CountSending(now, Plan);
        foreach (byte[] datagram in request.Datagrams)
            sa.Environment.Output.Send(sa.Path, datagram);
    }

    private byte[][] Build(IExchangeTask task, uint messageId)
    {
        _writer.Clear();
        task.BuildRequest(sa, messageId, _writer);
        if (task.Exchange != ExchangeType.IkeSaInit)
            return Seal(task.Exchange, messageId, isResponse: false);

        byte[] message = [.. new byte[IkeHeader.Length], .. _writer.Octets];
        IkeHeader header = sa.Header(task.Exchange, messageId, isResponse: false);
        (header with { NextPayload = _writer.First, TotalLength = message.Length }).Write(message);
        sa.Handshake.InitRequest = message;
        return [message];
    }

    private byte[][] Seal(ExchangeType exchange, uint messageId, bool isResponse)
    {
        byte[][] datagrams = MessageSealer.Seal(
            sa.Protection!.Outbound, sa.Header(exchange, messageId, isResponse), _writer.First, _writer.Octets, MaxLength);
        sa.LargestFragmentCount = Math.Max(sa.LargestFragmentCount, datagrams.Length);
        return datagrams;
    }

    // RFC 7383 2.5.1: an IP packet of the configured size, less the headers around the message.
    private int MaxLength
    {
        get
        {
            if (!sa.Fragmentation)
                return int.MaxValue;
            int ipHeader = sa.Path.Remote.AddressFamily == AddressFamily.InterNetwork ? 20 : 40;
            return sa.Config.FragmentIpSize - ipHeader - UdpHeaderLength - (sa.Path.HasNonEspMarker ? NonEspMarkerLength : 0);
        }
    }

    private void Drop(DropReason reason) => sa.Drops.Count(reason);
}

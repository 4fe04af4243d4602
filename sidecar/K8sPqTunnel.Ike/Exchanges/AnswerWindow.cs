using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The peer's requests: a window of one, each carried out once and answered as often as it comes (RFC 7296 2.1, 2.3).</summary>
internal sealed class AnswerWindow(IkeSa sa, MessageFactory messages)
{
    /// <summary>A request that comes so often again has not got our answer: it is too long for the path.</summary>
    private const int VainAnswers = 3;

    private uint _next = sa.FirstPeerRequestId;
    private int _requestFragments;
    private int _repeats;
    private byte[][] _lastAnswer = [];
    private HeldMessage? _held;
    private PeerPath _heldPath;
    private Reassembler? _parts;

    /// <summary>Made with the first fragment.</summary>
    public Reassembler Parts => _parts ??= new Reassembler(sa.Environment.Fragments);

    /// <summary>Octets of the request's fragments but the last, which may be shorter.</summary>
    public int LargestFragment { get; set; }

    /// <summary>Whether a request is worth decrypting: its exchange is open to the peer, and its message ID is the next or the last.</summary>
    public bool IsExpected(in IkeHeader header) =>
        header.MessageId == _next
            ? _held is null && sa.Refusal is null && IkeSaTransitions.IsOpenToPeer(sa.State, header.Exchange, peerIsInitiator: !sa.IsInitiator)
            : IsRepeat(header);

    /// <summary>The peer has not got our answer, or has cut its request anew.</summary>
    public bool IsRepeat(in IkeHeader header) => header.MessageId + 1 == _next && _lastAnswer.Length > 0;

    /// <summary>Carries out the next request, or answers the last again.</summary>
    /// <param name="fragments">That it came in; 0 for one piece.</param>
    public void Take(in PeerPath path, in IkeMessage message, int fragments)
    {
        if (IsRepeat(message.Header))
        {
            Repeat(path);
            return;
        }

        sa.Keys.ForgetPrevious();
        sa.Children.Confirm();
        messages.ForgetAnswer();
        _requestFragments = fragments;
        _repeats = 0;
        ForgetParts();
        // RFC 7383 2.5.1: where the peer's longer messages come in such pieces, ours may pass in no larger ones.
        if (fragments > 1)
            messages.LimitTo(LargestFragment);
        // RFC 7296 2.23: an initiator moves to port 4500 with the first message after IKE_SA_INIT, and a NAT may choose a new port for it.
        if (sa.State is IkeSaState.Intermediate or IkeSaState.Authenticating)
            sa.Path = path;
        Carry(path, message);
    }

    /// <summary>Gives up an incomplete request.</summary>
    public void ForgetParts() => _parts?.Clear();

    /// <summary>What the request waited for is there: it is carried out once more, from its beginning.</summary>
    public void Resume()
    {
        if (_held is not { } held)
            return;
        _held = null;
        Carry(_heldPath, held.Message);
    }

    /// <summary>A first fragment of the request that has been answered: brings the answer again, in pieces as small as its own.</summary>
    /// <param name="total">Fragments that the request has now.</param>
    public void Resend(in PeerPath path, int total)
    {
        // RFC 7383 2.5.2: the peer has found out that the path carries only smaller ones.
        if (total > _requestFragments && messages.CutSmaller(isResponse: true) is { } smaller)
            _lastAnswer = smaller;
        _requestFragments = Math.Max(_requestFragments, total);
        Repeat(path);
    }

    private void Repeat(in PeerPath path)
    {
        if (++_repeats == VainAnswers && messages.CutSmaller(isResponse: true) is { } smaller)
            _lastAnswer = smaller;
        Resend(path);
    }

    /// <summary>The same octets to where the request came from (RFC 7296 2.1, 2.11).</summary>
    private void Resend(in PeerPath path)
    {
        foreach (byte[] datagram in _lastAnswer)
            sa.Environment.Output.Send(path, datagram);
    }

    private void Carry(in PeerPath path, in IkeMessage message)
    {
        sa.ArrivalPath = path;
        if (PeerRequests.Answer(sa, message, messages.Begin()) == AnswerStep.Later)
        {
            _held = new HeldMessage(message);
            _heldPath = path;
            return;
        }

        bool isFatal = messages.Says(NotifyType.InvalidSyntax);
        _lastAnswer = messages.Seal(message.Header.Exchange, _next, isResponse: true, spent: _lastAnswer);
        _next++;
        sa.Keys.TurnToNext();
        Resend(path);
        if (isFatal)
            Condemn(message.Header.Exchange);
    }

    // RFC 7296 2.21.3: INVALID_SYNTAX ends the IKE SA at both ends, without another word. One that is not authenticated is refused anyway.
    private void Condemn(ExchangeType exchange)
    {
        sa.Drops.Count(DropReason.RuleBroken);
        if (sa.IsAuthenticated)
            sa.Die(PeerErrors.Violation(sa, $"its {exchange} request is malformed, so the IKE SA is closed (INVALID_SYNTAX)"));
    }
}

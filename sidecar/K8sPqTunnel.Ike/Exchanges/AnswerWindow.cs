using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The peer's requests: a window of one, each carried out once and answered as often as it comes (RFC 7296 2.1, 2.3).</summary>
internal sealed class AnswerWindow(IkeSa sa, MessageFactory messages)
{
    private uint _next = sa.FirstPeerRequestId;
    private byte[][] _lastAnswer = [];
    private HeldMessage? _held;
    private UdpPath _heldPath;

    public Reassembler Parts { get; } = new();

    /// <summary>Whether a request is worth decrypting: its exchange is open to the peer, and its message ID is the next or the last.</summary>
    public bool IsExpected(in IkeHeader header) =>
        header.MessageId == _next
            ? _held is null && sa.Refusal is null && IkeSaTransitions.IsOpenToPeer(sa.State, header.Exchange, peerIsInitiator: !sa.IsInitiator)
            : IsRepeat(header);

    /// <summary>The peer has not got our answer, or has cut its request anew.</summary>
    public bool IsRepeat(in IkeHeader header) => header.MessageId + 1 == _next && _lastAnswer.Length > 0;

    /// <summary>Carries out the next request, or answers the last again.</summary>
    public void Take(in UdpPath path, in IkeMessage message)
    {
        if (IsRepeat(message.Header))
        {
            Resend(path);
            return;
        }

        sa.ForgetPreviousKeys();
        Parts.Clear();
        // RFC 7296 2.23: an initiator moves to port 4500 with the first message after IKE_SA_INIT, and a NAT may choose a new port for it.
        if (sa.State is IkeSaState.Intermediate or IkeSaState.Authenticating)
            sa.Path = path;
        Carry(path, message);
    }

    /// <summary>What the request waited for is there: it is carried out once more, from its beginning.</summary>
    public void Resume()
    {
        if (_held is not { } held)
            return;
        _held = null;
        Carry(_heldPath, held.Message);
    }

    /// <summary>The same octets to where the request came from (RFC 7296 2.1, 2.11).</summary>
    public void Resend(in UdpPath path)
    {
        foreach (byte[] datagram in _lastAnswer)
            sa.Environment.Output.Send(path, datagram);
    }

    private void Carry(in UdpPath path, in IkeMessage message)
    {
        if (PeerRequests.Answer(sa, message, messages.Begin()) == AnswerStep.Later)
        {
            _held = new HeldMessage(message);
            _heldPath = path;
            return;
        }

        _lastAnswer = messages.Seal(message.Header.Exchange, _next, isResponse: true, spent: _lastAnswer);
        _next++;
        sa.TurnToNextKeys();
        Resend(path);
    }
}

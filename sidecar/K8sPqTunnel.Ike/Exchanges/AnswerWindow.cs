using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The peer's requests: a window of one, each carried out once and answered as often as it comes (RFC 7296 2.1, 2.3).</summary>
internal sealed class AnswerWindow(IkeSa sa, MessageFactory messages)
{
    private uint _next;
    private byte[][] _lastAnswer = [];

    public Reassembler Parts { get; } = new();

    /// <summary>Whether a request is worth decrypting: its exchange is open to the peer, and its message ID is the next or the last.</summary>
    public bool IsExpected(in IkeHeader header) =>
        header.MessageId == _next
            ? IkeSaTransitions.IsOpenToPeer(sa.State, header.Exchange, peerIsInitiator: !sa.IsInitiator)
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
        PayloadWriter answer = messages.Begin();
        PeerRequests.Answer(sa, message, answer);
        Parts.Clear();
        Finish(message.Header.Exchange);
        Resend(path);
    }

    private void Finish(ExchangeType exchange)
    {
        _lastAnswer = messages.Seal(exchange, _next, isResponse: true, spent: _lastAnswer);
        _next++;
        sa.TurnToNextKeys();
    }

    /// <summary>The same octets to where the request came from (RFC 7296 2.1, 2.11).</summary>
    public void Resend(in UdpPath path)
    {
        foreach (byte[] datagram in _lastAnswer)
            sa.Environment.Output.Send(path, datagram);
    }
}

using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>
/// An INFORMATIONAL exchange whose request fills an IP packet of a size: its answer shows that the path carries such (RFC 8899 4.1). Every
/// peer answers it as it answers a liveness check. Without an answer the exchange goes on by turns as an empty message with the same message
/// ID and as the same message in small fragments (RFC 7383 2.5.2): a packet that is too large costs the IKE SA a moment, not its life.
/// </summary>
/// <remarks>
/// strongSwan (6.1.0) takes fragments of an INFORMATIONAL request for a message in the clear and drops them; it answers the empty one. That
/// differs from what RFC 7296 2.1 calls a repeat, octet by octet, but asks for as little: whoever got the first message answers again by its
/// ID, and whoever compares the octets takes the fragments.
/// </remarks>
/// <param name="ipSize">In octets, with all headers.</param>
internal sealed class PathProbeTask(int ipSize) : IExchangeTask
{
    /// <summary>How long an answer to the whole message is waited for: RFC 8899 5.1.1 wants a second at least.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int NotifyHeaderLength = 8;

    private int _sent;

    public ExchangeType Exchange => ExchangeType.Informational;

    /// <summary>What goes from here on is small, and an answer shows nothing but that the peer is there.</summary>
    public bool HasFallenBack { get; set; }

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        if (HasFallenBack)
            return;
        MessageCipher cipher = sa.Keys.Protection!.Outbound;
        int headers = MessageFactory.OuterLengthOf(sa.Path) + SealedLayout.HeadersLength;
        int content = Math.Max(cipher.MaxContentLength(ipSize - headers), NotifyHeaderLength);
        // A cipher of blocks may leave some octets of the size unused.
        _sent = headers + cipher.BodyLength(content);
        NotifyPayload.Write(writer, NotifyType.PathProbe, new byte[content - NotifyHeaderLength]);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        sa.Report(new PathProbed(sa.Config.Name, ipSize, _sent, !HasFallenBack));
        return TaskStep.Done;
    }
}

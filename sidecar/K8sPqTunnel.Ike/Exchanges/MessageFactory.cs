using System.Net.Sockets;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Makes datagrams from payloads: in the open for IKE_SA_INIT, else sealed under the keys in force, cut where too long.</summary>
internal sealed class MessageFactory(IkeSa sa) : IDisposable
{
    private const int Ipv4HeaderLength = 20;
    private const int Ipv6HeaderLength = 40;
    private const int UdpHeaderLength = 8;
    private const int NonEspMarkerLength = 4;

    // What every host takes and every path carries: RFC 791 3.1, RFC 8200 5; RFC 7383 2.5.1 recommends both.
    private const int SafeIpv4Size = 576;
    private const int SafeIpv6Size = 1280;

    private readonly PayloadWriter _writer = new();
    private KeptMessage? _request;
    private KeptMessage? _answer;

    /// <summary>An empty payload chain to write the next message's payloads into.</summary>
    public PayloadWriter Begin()
    {
        _writer.Clear();
        return _writer;
    }

    /// <summary>Whether what is written so far has a Notify of this type.</summary>
    public bool Says(NotifyType type) =>
        new IkeMessage(default, default, _writer.First, _writer.Octets, Inside.Encrypted).HasNotify(type);

    /// <summary>A message of IKE_SA_INIT.</summary>
    public byte[] InTheOpen(uint messageId, bool isResponse)
    {
        byte[] message = [.. new byte[IkeHeader.Length], .. _writer.Octets];
        IkeHeader header = sa.Header(ExchangeType.IkeSaInit, messageId, isResponse);
        (header with { NextPayload = _writer.First, TotalLength = message.Length }).Write(message);
        _writer.Clear();
        return message;
    }

    /// <summary>Any other message: one datagram, or its fragments.</summary>
    /// <param name="spent">
    /// The message before, which is needed no more: its memory serves again in INFORMATIONAL, where liveness checks never end. Those of
    /// IKE_SA_INIT are still needed, for AUTH.
    /// </param>
    public byte[][] Seal(ExchangeType exchange, uint messageId, bool isResponse, byte[][]? spent = null)
    {
        byte[][]? reused = exchange == ExchangeType.Informational ? spent : null;
        IkeHeader header = sa.Header(exchange, messageId, isResponse);
        MessageCipher cipher = sa.Keys.Protection!.Outbound;
        // RFC 7383 2.5.2: only what is longer than the safe size can be helped by cutting.
        KeptMessage? kept = SealedLayout.HeadersLength + cipher.BodyLength(_writer.Octets.Length) > MaxLength(SafeSize)
            ? new KeptMessage(header, _writer.First, _writer.Octets.ToArray(), cipher)
            : null;
        _ = isResponse ? _answer = kept : _request = kept;
        byte[][] datagrams = Count(MessageSealer.Seal(cipher, header, _writer.First, _writer.Octets, MaxLength(sa.FragmentIpSize), reused));
        _writer.Clear();
        return datagrams;
    }

    /// <summary>A request as one datagram, however long it is; <see cref="CutSafely"/> cuts it where it does not arrive.</summary>
    public byte[][] SealWhole(ExchangeType exchange, uint messageId)
    {
        IkeHeader header = sa.Header(exchange, messageId, isResponse: false);
        MessageCipher cipher = sa.Keys.Protection!.Outbound;
        _request = new KeptMessage(header, _writer.First, _writer.Octets.ToArray(), cipher);
        byte[][] datagrams = MessageSealer.Seal(cipher, header, _writer.First, _writer.Octets, int.MaxValue);
        _writer.Clear();
        return datagrams;
    }

    /// <summary>Cuts the request that <see cref="SealWhole"/> made into pieces that pass everywhere; those that follow are cut as before.</summary>
    public byte[][] CutSafely()
    {
        KeptMessage kept = _request ?? throw new InvalidOperationException("no request was made whole");
        return MessageSealer.Seal(kept.Cipher, kept.Header, kept.First, kept.Content, MaxLength(SafeSize));
    }

    /// <summary>
    /// Cuts our last request, or our last answer, anew into pieces that pass everywhere, and all that follows too; null where that makes
    /// nothing smaller.
    /// </summary>
    public byte[][]? CutSmaller(bool isResponse)
    {
        if ((isResponse ? _answer : _request) is not { } kept || sa.FragmentIpSize <= SafeSize)
            return null;
        sa.FragmentIpSize = SafeSize;
        return Count(MessageSealer.Seal(kept.Cipher, kept.Header, kept.First, kept.Content, MaxLength(SafeSize)));
    }

    /// <summary>Cuts our messages into pieces that are no larger than the peer's, from now on.</summary>
    /// <param name="length">Octets of one of those.</param>
    public void LimitTo(int length) => sa.FragmentIpSize = Math.Min(sa.FragmentIpSize, Math.Max(SafeSize, length + OuterLength));

    /// <summary>Our last answer's keys are gone: it cannot be cut anew.</summary>
    public void ForgetAnswer() => _answer = null;

    public void Dispose() => _writer.Dispose();

    private byte[][] Count(byte[][] datagrams)
    {
        sa.LargestFragmentCount = Math.Max(sa.LargestFragmentCount, datagrams.Length);
        return datagrams;
    }

    /// <summary>Octets of the headers around a message in UDP.</summary>
    public static int OuterLengthOf(in PeerPath path) =>
        (path.Remote.AddressFamily == AddressFamily.InterNetwork ? Ipv4HeaderLength : Ipv6HeaderLength)
        + UdpHeaderLength + (path.HasNonEspMarker ? NonEspMarkerLength : 0);

    private bool IsIpv4 => sa.Path.Remote.AddressFamily == AddressFamily.InterNetwork;

    private int SafeSize => IsIpv4 ? SafeIpv4Size : SafeIpv6Size;

    private int OuterLength => OuterLengthOf(sa.Path);

    // RFC 7383 2.5.1: an IP packet of a size, less the headers around the message. RFC 9329 7.4: TCP needs no such care.
    private int MaxLength(int ipSize) => sa.Fragmentation && !sa.Path.IsTcp ? ipSize - OuterLength : int.MaxValue;
}

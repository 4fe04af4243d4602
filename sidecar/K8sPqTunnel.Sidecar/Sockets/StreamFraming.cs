using System.Buffers.Binary;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>How IKE and ESP share one TCP stream: a prefix once, then messages, each behind its length (RFC 9329 3).</summary>
internal static class StreamFraming
{
    /// <summary>Octets of the length, which counts itself (RFC 9329 3.1).</summary>
    public const int LengthOctets = 2;

    /// <summary>Octets of the longest message with its length.</summary>
    public const int LongestFrame = ushort.MaxValue;

    /// <summary>What the end that opens the connection sends first (RFC 9329 4).</summary>
    public static ReadOnlySpan<byte> Prefix => "IKETCP"u8;

    /// <summary>Octets of an IKE message as it stands in the stream, behind length and non-ESP marker.</summary>
    public static int IkeFrameLength(int message) => LengthOctets + UdpEncapsulation.NonEspMarker.Length + message;

    /// <summary>Octets of an ESP packet as it stands in the stream.</summary>
    public static int EspFrameLength(int packet) => LengthOctets + packet;

    /// <param name="frame"><see cref="IkeFrameLength"/> octets.</param>
    public static void WriteIke(Span<byte> frame, ReadOnlySpan<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, checked((ushort)frame.Length));
        UdpEncapsulation.NonEspMarker.CopyTo(frame[LengthOctets..]);
        message.CopyTo(frame[(LengthOctets + UdpEncapsulation.NonEspMarker.Length)..]);
    }

    /// <param name="frame"><see cref="EspFrameLength"/> octets.</param>
    public static void WriteEsp(Span<byte> frame, ReadOnlySpan<byte> packet)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, checked((ushort)frame.Length));
        packet.CopyTo(frame[LengthOctets..]);
    }

    /// <summary>Takes the first message off what has been received.</summary>
    /// <param name="kind">What it is; <see cref="DatagramKind.Malformed"/> where it is nothing that may stand here.</param>
    /// <param name="content">The IKE message without marker, or the ESP packet.</param>
    /// <returns>Octets taken; 0 while the message is not there as a whole; -1 where the stream makes no sense and has to be closed.</returns>
    public static int Read(ReadOnlyMemory<byte> received, out DatagramKind kind, out ReadOnlyMemory<byte> content)
    {
        kind = DatagramKind.Malformed;
        content = default;
        if (received.Length < LengthOctets)
            return 0;
        int length = BinaryPrimitives.ReadUInt16BigEndian(received.Span);
        if (length <= LengthOctets)
            return -1;                                                   // RFC 9329 3.1: the length counts itself.
        if (received.Length < length)
            return 0;
        kind = UdpEncapsulation.Classify(received[LengthOctets..length], out content);
        return length;
    }
}

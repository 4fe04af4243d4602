using System.Buffers;
using System.Buffers.Binary;

namespace K8sPqTunnel.Grpc.Wire;

/// <summary>Cuts length-prefixed messages from a byte stream (gRPC: doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message).</summary>
internal static class FrameDecoder
{
    /// <summary>One byte of compression flag, four bytes of big-endian length.</summary>
    public const int HeaderLength = 5;

    /// <summary>Takes one message from the head of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">Moves behind the message on <see cref="FrameStatus.Message"/>, else stays.</param>
    /// <param name="maxMessageSize">Largest accepted message in bytes; a larger one is refused by its prefix, before its body arrives.</param>
    /// <param name="message">The message's bytes, a slice of <paramref name="buffer"/>.</param>
    public static FrameStatus TryRead(ref ReadOnlySequence<byte> buffer, int maxMessageSize, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (buffer.Length < HeaderLength)
            return FrameStatus.Incomplete;

        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        if (header[0] != 0)
            return header[0] == 1 ? FrameStatus.Compressed : FrameStatus.BadFlag;

        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > (uint)maxMessageSize)
            return FrameStatus.TooLarge;
        if (buffer.Length - HeaderLength < length)
            return FrameStatus.Incomplete;

        message = buffer.Slice(HeaderLength, length);
        buffer = buffer.Slice(message.End);
        return FrameStatus.Message;
    }
}

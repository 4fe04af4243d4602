using System.Buffers.Binary;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>The header that every payload starts with (RFC 7296 3.2): next payload, critical bit, length.</summary>
internal static class GenericHeader
{
    public const int Length = 4;
    public const byte CriticalBit = 0x80;

    public static void Write(Span<byte> destination, PayloadType next, int payloadLength)
    {
        destination[0] = (byte)next;
        destination[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], checked((ushort)payloadLength));
    }
}

using System.Buffers.Binary;

namespace K8sPqTunnel.Dataplane.Offloads;

/// <summary>The checksum of an IPv4 header (RFC 791 3.1).</summary>
internal static class Ipv4Checksum
{
    private const int Offset = 10;

    public static void Write(Span<byte> packet)
    {
        Span<byte> header = packet[..((packet[0] & 0x0f) * 4)];
        header.Slice(Offset, sizeof(ushort)).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header[Offset..], InternetChecksum.Finish(InternetChecksum.Sum(header)));
    }

    public static bool IsRight(ReadOnlySpan<byte> packet) => InternetChecksum.Finish(InternetChecksum.Sum(packet[..((packet[0] & 0x0f) * 4)])) == 0;
}

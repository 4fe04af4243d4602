using System.Buffers.Binary;
using System.Net;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>ICMP echo in IPv4 (RFC 791, RFC 792): writes requests, recognises the answers.</summary>
internal static class EchoPacket
{
    /// <summary>IPv4 header 20, ICMP header 8, token 8.</summary>
    public const int Length = IpHeaderLength + IcmpHeaderLength + TokenLength;

    private const int IpHeaderLength = 20;
    private const int IcmpHeaderLength = 8;
    private const int TokenLength = 8;
    private const byte Icmp = 1;
    private const byte EchoReply = 0;
    private const byte EchoRequest = 8;
    private const byte TimeToLive = 64;
    private const ushort DontFragment = 0x4000;

    /// <param name="packet">At least <see cref="Length"/> octets.</param>
    /// <param name="token">Comes back in the answer, and tells it from the answers to anybody else's requests.</param>
    public static void WriteRequest(Span<byte> packet, IPAddress source, IPAddress destination, ushort sequence, ulong token)
    {
        packet = packet[..Length];
        packet.Clear();
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], DontFragment);
        packet[8] = TimeToLive;
        packet[9] = Icmp;
        source.TryWriteBytes(packet[12..], out _);
        destination.TryWriteBytes(packet[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum(packet[..IpHeaderLength]));

        Span<byte> icmp = packet[IpHeaderLength..];
        icmp[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[6..], sequence);
        BinaryPrimitives.WriteUInt64BigEndian(icmp[IcmpHeaderLength..], token);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], Checksum(icmp));
    }

    /// <summary>Is it an echo reply of our length? Then its token is given.</summary>
    public static bool TryReadReply(ReadOnlySpan<byte> packet, out ulong token)
    {
        token = 0;
        int headerLength = packet.IsEmpty ? 0 : (packet[0] & 0x0f) * 4;
        if (headerLength < IpHeaderLength || packet.Length != headerLength + IcmpHeaderLength + TokenLength || packet[9] != Icmp)
            return false;
        ReadOnlySpan<byte> icmp = packet[headerLength..];
        if (icmp[0] != EchoReply)
            return false;
        token = BinaryPrimitives.ReadUInt64BigEndian(icmp[IcmpHeaderLength..]);
        return true;
    }

    /// <summary>RFC 1071; the field itself is zero meanwhile.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i += sizeof(ushort))
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}

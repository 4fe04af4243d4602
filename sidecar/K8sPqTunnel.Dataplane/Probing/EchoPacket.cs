using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>ICMP echo in IPv4 (RFC 791, RFC 792) and IPv6 (RFC 8200, RFC 4443): writes requests, recognises the answers.</summary>
internal static class EchoPacket
{
    private const int Ipv4HeaderLength = 20;
    private const int Ipv6HeaderLength = 40;
    private const int IcmpLength = IcmpHeaderLength + TokenLength;
    private const int IcmpHeaderLength = 8;
    private const int TokenLength = 8;
    private const byte TimeToLive = 64;
    private const ushort DontFragment = 0x4000;

    // Protocol and types differ by family, the rest of the message does not.
    private static readonly (byte Protocol, byte Request, byte Reply) OfIpv4 = (1, 8, 0);
    private static readonly (byte Protocol, byte Request, byte Reply) OfIpv6 = (58, 128, 129);

    /// <summary>Octets of a request to <paramref name="target"/>: IP header 20 or 40, ICMP header 8, token 8.</summary>
    public static int LengthTo(IPAddress target) => (IsIpv6(target) ? Ipv6HeaderLength : Ipv4HeaderLength) + IcmpLength;

    /// <param name="packet">At least <see cref="LengthTo"/> octets.</param>
    /// <param name="source">Of the destination's family.</param>
    /// <param name="token">Comes back in the answer, and tells it from the answers to anybody else's requests.</param>
    public static void WriteRequest(Span<byte> packet, IPAddress source, IPAddress destination, ushort sequence, ulong token)
    {
        packet = packet[..LengthTo(destination)];
        packet.Clear();
        Span<byte> icmp = packet[^IcmpLength..];
        icmp[0] = IsIpv6(destination) ? OfIpv6.Request : OfIpv4.Request;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[6..], sequence);
        BinaryPrimitives.WriteUInt64BigEndian(icmp[IcmpHeaderLength..], token);
        if (IsIpv6(destination))
            WriteIpv6(packet, source, destination);
        else
            WriteIpv4(packet, source, destination);
    }

    /// <summary>Is it an echo reply of our length? Then its token is given.</summary>
    public static bool TryReadReply(ReadOnlySpan<byte> packet, out ulong token)
    {
        token = 0;
        if (packet.IsEmpty)
            return false;
        bool isIpv6 = packet[0] >> 4 == 6;
        (byte protocol, _, byte reply) = isIpv6 ? OfIpv6 : OfIpv4;
        int headerLength = isIpv6 ? Ipv6HeaderLength : (packet[0] & 0x0f) * 4;
        if (headerLength < Ipv4HeaderLength || packet.Length != headerLength + IcmpLength || packet[isIpv6 ? 6 : 9] != protocol)
            return false;
        ReadOnlySpan<byte> icmp = packet[headerLength..];
        if (icmp[0] != reply)
            return false;
        token = BinaryPrimitives.ReadUInt64BigEndian(icmp[IcmpHeaderLength..]);
        return true;
    }

    private static void WriteIpv4(Span<byte> packet, IPAddress source, IPAddress destination)
    {
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], DontFragment);
        packet[8] = TimeToLive;
        packet[9] = OfIpv4.Protocol;
        source.TryWriteBytes(packet[12..], out _);
        destination.TryWriteBytes(packet[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum(packet[..Ipv4HeaderLength], 0));
        Span<byte> icmp = packet[Ipv4HeaderLength..];
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], Checksum(icmp, 0));
    }

    private static void WriteIpv6(Span<byte> packet, IPAddress source, IPAddress destination)
    {
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], IcmpLength);
        packet[6] = OfIpv6.Protocol;
        packet[7] = TimeToLive;
        source.TryWriteBytes(packet[8..], out _);
        destination.TryWriteBytes(packet[24..], out _);
        // RFC 8200 8.1: addresses, length and next header count too.
        Span<byte> icmp = packet[Ipv6HeaderLength..];
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], Checksum(packet[8..], (uint)IcmpLength + OfIpv6.Protocol));
    }

    private static bool IsIpv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>RFC 1071; the field itself is zero meanwhile.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> octets, uint sum)
    {
        for (int i = 0; i < octets.Length; i += sizeof(ushort))
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}

using System.Buffers.Binary;
using System.Net;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>TCP and UDP packets with right checksums, computed the slow way (RFC 1071, RFC 793 3.1).</summary>
internal static class TcpPackets
{
    public const byte Push = 0x08;
    public const byte Acknowledgment = 0x10;
    private const int TimestampOptions = 12;

    /// <summary>A TCP packet with 12 octets of options.</summary>
    public static byte[] Make(
        bool ipv6, int payload, uint sequence = 1000, byte flags = Acknowledgment, ushort sourcePort = 1000, ushort id = 7, byte trafficClass = 0)
    {
        int ip = ipv6 ? 40 : 20;
        byte[] packet = Ip(ipv6, 6, 20 + TimestampOptions + payload, id, trafficClass);
        Span<byte> tcp = packet.AsSpan(ip);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], 5201);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], 77);
        tcp[12] = (20 + TimestampOptions) / 4 << 4;
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 500);
        tcp[20..32].Fill(1);
        for (int i = 32; i < tcp.Length; i++)
            tcp[i] = (byte)(sequence + (uint)i);                        // Each octet by its place in the stream.
        return Sum(packet, ip, 6, 16);
    }

    public static byte[] MakeUdp(bool ipv6, int payload, ushort sourcePort = 1000)
    {
        int ip = ipv6 ? 40 : 20;
        byte[] packet = Ip(ipv6, 17, 8 + payload, id: 7, trafficClass: 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(ip), sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(ip + 2), 2000);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(ip + 4), (ushort)(8 + payload));
        Random.Shared.NextBytes(packet.AsSpan(ip + 8));
        return Sum(packet, ip, 17, 6);
    }

    /// <summary>Whether both checksums are right.</summary>
    public static bool AreSumsRight(byte[] packet)
    {
        bool ipv6 = packet[0] >> 4 == 6;
        int ip = ipv6 ? 40 : 20;
        byte protocol = ipv6 ? packet[6] : packet[9];
        return (ipv6 || Fold(Words(packet.AsSpan(0, 20))) == 0xffff) && Fold(Pseudo(packet, ip, protocol) + Words(packet.AsSpan(ip))) == 0xffff;
    }

    private static byte[] Ip(bool ipv6, byte protocol, int length, ushort id, byte trafficClass)
    {
        byte[] packet = new byte[(ipv6 ? 40 : 20) + length];
        if (ipv6)
        {
            packet[0] = (byte)(0x60 | (trafficClass >> 4));
            packet[1] = (byte)(trafficClass << 4);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)length);
            packet[6] = protocol;
            packet[7] = 64;
            IPAddress.Parse("fd00:1::1").TryWriteBytes(packet.AsSpan(8), out _);
            IPAddress.Parse("fd00:2::1").TryWriteBytes(packet.AsSpan(24), out _);
            return packet;
        }
        packet[0] = 0x45;
        packet[1] = trafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), id);
        packet[6] = 0x40;
        packet[8] = 64;
        packet[9] = protocol;
        IPAddress.Parse("10.1.0.1").TryWriteBytes(packet.AsSpan(12), out _);
        IPAddress.Parse("10.2.0.1").TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~Fold(Words(packet.AsSpan(0, 20))));
        return packet;
    }

    private static byte[] Sum(byte[] packet, int upper, byte protocol, int field)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(upper + field), (ushort)~Fold(Pseudo(packet, upper, protocol) + Words(packet.AsSpan(upper))));
        return packet;
    }

    private static ulong Pseudo(byte[] packet, int upper, byte protocol) =>
        Words(upper == 40 ? packet.AsSpan(8, 32) : packet.AsSpan(12, 8)) + protocol + (ulong)(packet.Length - upper);

    public static ulong Words(ReadOnlySpan<byte> octets)
    {
        ulong sum = 0;
        for (int i = 0; i < octets.Length; i += 2)
            sum += (ulong)(octets[i] << 8 | (i + 1 < octets.Length ? octets[i + 1] : 0));
        return sum;
    }

    public static ushort Fold(ulong sum)
    {
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}

using System.Buffers.Binary;
using System.Net;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Makes IPv4 packets.</summary>
internal static class Packets
{
    public const byte Udp = 17;

    /// <summary>A UDP packet with a right IPv4 header checksum.</summary>
    public static byte[] Make(
        string source, string destination, int payload = 32, byte protocol = Udp, ushort sourcePort = 1000, ushort destinationPort = 2000,
        byte trafficClass = 0, ushort fragmentOffset = 0)
    {
        byte[] packet = new byte[20 + 8 + payload];
        packet[0] = 0x45;
        packet[1] = trafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), fragmentOffset);
        packet[8] = 64;
        packet[9] = protocol;
        IPAddress.Parse(source).TryWriteBytes(packet.AsSpan(12), out _);
        IPAddress.Parse(destination).TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), HeaderChecksum(packet));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), destinationPort);
        Random.Shared.NextBytes(packet.AsSpan(28));
        return packet;
    }

    /// <summary>RFC 791 3.1; the checksum field counts as zero.</summary>
    public static ushort HeaderChecksum(ReadOnlySpan<byte> packet)
    {
        uint sum = 0;
        for (int i = 0; i < 20; i += 2)
            sum += i == 10 ? 0u : BinaryPrimitives.ReadUInt16BigEndian(packet[i..]);
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}

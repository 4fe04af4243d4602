using System.Buffers.Binary;
using System.Net;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Makes IP packets.</summary>
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

    /// <summary>A UDP packet in IPv6, behind extension headers of the given types and lengths in octets.</summary>
    /// <param name="fragmentOffset">In octets, for a fragment header among them.</param>
    public static byte[] MakeIpv6(
        string source, string destination, int payload = 32, byte trafficClass = 0, (byte Type, int Length)[]? extensions = null, ushort fragmentOffset = 0)
    {
        (byte Type, int Length)[] chain = extensions ?? [];
        byte[] packet = new byte[40 + chain.Sum(header => header.Length) + 8 + payload];
        packet[0] = (byte)(0x60 | (trafficClass >> 4));
        packet[1] = (byte)(trafficClass << 4);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - 40));
        packet[6] = chain.Length > 0 ? chain[0].Type : Udp;
        packet[7] = 64;
        IPAddress.Parse(source).TryWriteBytes(packet.AsSpan(8), out _);
        IPAddress.Parse(destination).TryWriteBytes(packet.AsSpan(24), out _);
        int offset = 40;
        for (int i = 0; i < chain.Length; i++)
        {
            packet[offset] = i + 1 < chain.Length ? chain[i + 1].Type : Udp;
            if (chain[i].Type == 44)
                BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(offset + 2), fragmentOffset);
            else
                packet[offset + 1] = (byte)(chain[i].Length / 8 - 1);
            offset += chain[i].Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(offset), 1000);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(offset + 2), 2000);
        Random.Shared.NextBytes(packet.AsSpan(offset + 8));
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

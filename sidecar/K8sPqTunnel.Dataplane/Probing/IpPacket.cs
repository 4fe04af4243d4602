using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Offloads;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>The IP headers of probes: IPv4 without options (RFC 791 3.1), IPv6 without extensions (RFC 8200 3).</summary>
internal static class IpPacket
{
    public const int Ipv4HeaderLength = 20;
    public const int Ipv6HeaderLength = 40;
    private const byte TimeToLive = 64;
    private const ushort DontFragment = 0x4000;

    public static bool IsIpv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    public static int HeaderLengthTo(IPAddress destination) => IsIpv6(destination) ? Ipv6HeaderLength : Ipv4HeaderLength;

    /// <param name="packet">All of it; the payload may be written before or after.</param>
    public static void WriteHeader(Span<byte> packet, IPAddress source, IPAddress destination, byte protocol)
    {
        if (IsIpv6(destination))
        {
            packet[..Ipv6HeaderLength].Clear();
            packet[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - Ipv6HeaderLength));
            packet[6] = protocol;
            packet[7] = TimeToLive;
            source.TryWriteBytes(packet[8..], out _);
            destination.TryWriteBytes(packet[24..], out _);
            return;
        }
        packet[..Ipv4HeaderLength].Clear();
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], DontFragment);
        packet[8] = TimeToLive;
        packet[9] = protocol;
        source.TryWriteBytes(packet[12..], out _);
        destination.TryWriteBytes(packet[16..], out _);
        Ipv4Checksum.Write(packet);
    }

    /// <summary>The payload of a whole packet of one protocol; false for all others.</summary>
    public static bool TryReadPayload(ReadOnlySpan<byte> packet, byte protocolOfIpv4, byte protocolOfIpv6, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (packet.IsEmpty)
            return false;
        bool isIpv6 = packet[0] >> 4 == 6;
        int headerLength = isIpv6 ? Ipv6HeaderLength : (packet[0] & 0x0f) * 4;
        if (headerLength < Ipv4HeaderLength || packet.Length < headerLength || packet[isIpv6 ? 6 : 9] != (isIpv6 ? protocolOfIpv6 : protocolOfIpv4))
            return false;
        payload = packet[headerLength..];
        return true;
    }
}

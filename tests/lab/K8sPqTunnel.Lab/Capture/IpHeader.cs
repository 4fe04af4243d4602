using System.Buffers.Binary;
using System.Net;

namespace K8sPqTunnel.Lab.Capture;

/// <summary>What the classification of a packet needs of an IPv4 (RFC 791 3.1) or IPv6 (RFC 8200 3) header.</summary>
/// <param name="Protocol">Of the first header that is neither IPv6 nor a hop-by-hop header.</param>
/// <param name="PayloadOffset">Where that header starts.</param>
/// <param name="FragmentId">The identification if the packet is a fragment, otherwise null.</param>
/// <param name="FirstFragment">The payload starts here; false for the later fragments of a datagram.</param>
internal readonly record struct IpHeader(
    IPAddress Source, IPAddress Destination, int Protocol, int PayloadOffset, int? FragmentId, bool FirstFragment)
{
    private const int Version4Length = 20;
    private const int Version6Length = 40;
    private const int HopByHop = 0;

    /// <summary>False when the octets are no whole IP header.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out IpHeader header)
    {
        header = default;
        return packet.Length > 0 && (packet[0] >> 4) switch
        {
            4 => TryParse4(packet, out header),
            6 => TryParse6(packet, out header),
            _ => false,
        };
    }

    private static bool TryParse4(ReadOnlySpan<byte> packet, out IpHeader header)
    {
        header = default;
        int length = (packet[0] & 0xf) * 4;
        if (length < Version4Length || packet.Length < length)
            return false;
        int fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        int offset = fragment & 0x1fff;
        bool fragmented = offset != 0 || (fragment & 0x2000) != 0;
        header = new IpHeader(
            new IPAddress(packet[12..16]), new IPAddress(packet[16..20]), packet[9], length,
            fragmented ? BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) : null, offset == 0);
        return true;
    }

    private static bool TryParse6(ReadOnlySpan<byte> packet, out IpHeader header)
    {
        header = default;
        if (packet.Length < Version6Length)
            return false;
        int protocol = packet[6];
        int offset = Version6Length;
        // Multicast listener reports come behind a router alert (RFC 3810 5).
        if (protocol == HopByHop)
        {
            if (packet.Length < offset + 8)
                return false;
            protocol = packet[offset];
            offset += (packet[offset + 1] + 1) * 8;
        }

        header = new IpHeader(new IPAddress(packet[8..24]), new IPAddress(packet[24..40]), protocol, offset, null, true);
        return packet.Length >= offset;
    }
}

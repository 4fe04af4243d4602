using System.Buffers.Binary;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>What the data plane asks of an inner packet, IPv4 (RFC 791 3.1) or IPv6 (RFC 8200 3). Addresses and ports in host order.</summary>
internal readonly record struct InnerHeader
{
    public const int ShortestLength = Ipv4Length;
    private const int Ipv4Length = 20;
    private const int Ipv6Length = 40;
    private const int FragmentOffsetMask = 0x1fff;
    private const byte Icmp = 1;
    private const byte IcmpV6 = 58;

    public bool IsIpv6 { get; private init; }

    public byte TrafficClass { get; private init; }

    /// <summary>Octets of header and payload.</summary>
    public int TotalLength { get; private init; }

    /// <summary>Octets before the upper layer: with IPv6 the extension headers count too.</summary>
    public int HeaderLength { get; private init; }

    /// <summary>Of the upper layer.</summary>
    public byte Protocol { get; private init; }

    /// <summary>An IPv4 address fills the lower 32 bits.</summary>
    public UInt128 Source { get; private init; }

    public UInt128 Destination { get; private init; }

    /// <summary>False in all but the first fragment, and for protocols without ports.</summary>
    public bool HasPorts { get; private init; }

    public ushort SourcePort { get; private init; }

    /// <summary>With ICMP both "ports" are type and code (RFC 4301 4.4.1.1, RFC 7296 3.13.1).</summary>
    public ushort DestinationPort { get; private init; }

    /// <summary>False for anything that is no whole IP packet; octets behind the total length are allowed (RFC 4303 2.7).</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out InnerHeader header)
    {
        header = default;
        return !packet.IsEmpty && (packet[0] >> 4) switch
        {
            4 => TryParseIpv4(packet, out header),
            6 => TryParseIpv6(packet, out header),
            _ => false,
        };
    }

    private static bool TryParseIpv4(ReadOnlySpan<byte> packet, out InnerHeader header)
    {
        header = default;
        if (packet.Length < Ipv4Length)
            return false;
        int headerLength = (packet[0] & 0x0f) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (headerLength < Ipv4Length || totalLength < headerLength || totalLength > packet.Length)
            return false;

        bool firstFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & FragmentOffsetMask) == 0;
        header = new InnerHeader
        {
            TrafficClass = packet[1],
            TotalLength = totalLength,
            HeaderLength = headerLength,
            Protocol = packet[9],
            Source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]),
            Destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]),
        }.WithPorts(packet[headerLength..totalLength], firstFragment);
        return true;
    }

    private static bool TryParseIpv6(ReadOnlySpan<byte> packet, out InnerHeader header)
    {
        header = default;
        if (packet.Length < Ipv6Length)
            return false;
        // A payload length of 0 would be a jumbogram (RFC 2675), which no TUN interface has.
        int totalLength = Ipv6Length + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (totalLength == Ipv6Length || totalLength > packet.Length)
            return false;
        Ipv6Extensions extensions = new(packet[Ipv6Length..totalLength], packet[6]);
        if (!extensions.TrySkip(out ReadOnlySpan<byte> upper, out byte protocol, out bool firstFragment))
            return false;

        header = new InnerHeader
        {
            IsIpv6 = true,
            TrafficClass = (byte)((packet[0] << 4) | (packet[1] >> 4)),
            TotalLength = totalLength,
            HeaderLength = totalLength - upper.Length,
            Protocol = protocol,
            Source = BinaryPrimitives.ReadUInt128BigEndian(packet[8..]),
            Destination = BinaryPrimitives.ReadUInt128BigEndian(packet[24..]),
        }.WithPorts(upper, firstFragment);
        return true;
    }

    private InnerHeader WithPorts(ReadOnlySpan<byte> upper, bool firstFragment)
    {
        if (!firstFragment || upper.Length < 4 || !CarriesPorts)
            return this;
        ushort first = BinaryPrimitives.ReadUInt16BigEndian(upper);
        return this with
        {
            HasPorts = true,
            SourcePort = first,
            DestinationPort = Protocol is Icmp or IcmpV6 ? first : BinaryPrimitives.ReadUInt16BigEndian(upper[2..]),
        };
    }

    /// <summary>ICMP, TCP, UDP, DCCP, ICMPv6, SCTP, UDP-Lite.</summary>
    private bool CarriesPorts => Protocol is Icmp or 6 or 17 or 33 or IcmpV6 or 132 or 136;
}

using System.Buffers.Binary;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>What the data plane asks of an IPv4 packet (RFC 791 3.1). Addresses and ports in host order.</summary>
internal readonly record struct Ipv4Header
{
    public const int ShortestLength = 20;
    private const int FragmentOffsetMask = 0x1fff;
    private const byte Icmp = 1;

    public byte TrafficClass { get; private init; }

    /// <summary>Octets of header and payload.</summary>
    public int TotalLength { get; private init; }

    public int HeaderLength { get; private init; }

    public byte Protocol { get; private init; }

    public uint Source { get; private init; }

    public uint Destination { get; private init; }

    /// <summary>False in all but the first fragment, and for protocols without ports.</summary>
    public bool HasPorts { get; private init; }

    public ushort SourcePort { get; private init; }

    /// <summary>With ICMP both "ports" are type and code (RFC 4301 4.4.1.1, RFC 7296 3.13.1).</summary>
    public ushort DestinationPort { get; private init; }

    /// <summary>False for anything that is no whole IPv4 packet; octets behind the total length are allowed (RFC 4303 2.7).</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out Ipv4Header header)
    {
        header = default;
        if (packet.Length < ShortestLength || packet[0] >> 4 != 4)
            return false;

        int headerLength = (packet[0] & 0x0f) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (headerLength < ShortestLength || totalLength < headerLength || totalLength > packet.Length)
            return false;

        byte protocol = packet[9];
        bool firstFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & FragmentOffsetMask) == 0;
        ReadOnlySpan<byte> payload = packet[headerLength..totalLength];
        bool hasPorts = firstFragment && payload.Length >= 4 && CarriesPorts(protocol);
        ushort first = hasPorts ? BinaryPrimitives.ReadUInt16BigEndian(payload) : (ushort)0;
        ushort second = hasPorts ? BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) : (ushort)0;
        header = new Ipv4Header
        {
            TrafficClass = packet[1],
            TotalLength = totalLength,
            HeaderLength = headerLength,
            Protocol = protocol,
            Source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]),
            Destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]),
            HasPorts = hasPorts,
            SourcePort = first,
            DestinationPort = protocol == Icmp ? first : second,
        };
        return true;
    }

    /// <summary>ICMP, TCP, UDP, DCCP, SCTP, UDP-Lite.</summary>
    private static bool CarriesPorts(byte protocol) => protocol is Icmp or 6 or 17 or 33 or 132 or 136;
}

using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Tun;

namespace K8sPqTunnel.Dataplane.Offloads;

/// <summary>What of a TCP or UDP packet decides whether it continues the one before it.</summary>
internal readonly struct MergeCandidate
{
    private const int Ipv4HeaderLength = 20;
    private const int Ipv6HeaderLength = 40;
    private const int TcpHeaderLength = 20;
    private const int UdpHeaderLength = 8;
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const byte Push = 0x08;
    private const byte Acknowledgment = 0x10;
    private const ushort DontFragment = 0x4000;
    private const int TcpFlags = 13;

    /// <summary>Where TCP or UDP begins.</summary>
    public int Upper { get; private init; }

    /// <summary>Octets of all headers.</summary>
    public int Headers { get; private init; }

    public int Payload { get; private init; }

    public uint Sequence { get; private init; }

    public Segmentation Kind { get; private init; }

    /// <summary>Its sender asks that it be handed on at once (RFC 9293 3.9.1): nothing follows in the same frame.</summary>
    public bool IsLast { get; private init; }

    /// <summary>Looks at a packet; false where it is none that may be merged: no plain data of TCP or UDP, or a fragment, or with IP options.</summary>
    /// <param name="packet">A whole IP packet, without anything behind.</param>
    public static bool TryRead(ReadOnlySpan<byte> packet, out MergeCandidate candidate)
    {
        candidate = default;
        bool isIpv6 = packet[0] >> 4 == 6;
        int upper = isIpv6 ? Ipv6HeaderLength : Ipv4HeaderLength;
        if (packet.Length < upper || (!isIpv6 && (packet[0] != 0x45 || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & ~DontFragment) != 0)))
            return false;
        return (isIpv6 ? packet[6] : packet[9]) switch
        {
            Tcp => TryReadTcp(packet, upper, isIpv6, out candidate),
            Udp => TryReadUdp(packet, upper, out candidate),
            _ => false,
        };
    }

    /// <summary>Whether a packet is the next one of the same flow, with the same headers but for what counts on.</summary>
    /// <param name="first">The frame's first packet.</param>
    /// <param name="other">Looked at as <paramref name="next"/>.</param>
    /// <param name="position">How many packets stand before it.</param>
    public bool IsContinuedBy(ReadOnlySpan<byte> first, ReadOnlySpan<byte> other, in MergeCandidate next, uint expectedSequence, int position)
    {
        if (next.Kind != Kind || next.Headers != Headers || next.Sequence != expectedSequence || next.Payload > Payload)
            return false;
        // IPv4: TOS; flags; TTL, protocol; addresses. IPv6: all of the header but its length.
        bool sameIp = Upper == Ipv4HeaderLength
            ? first[1] == other[1] && first[6] == other[6] && first.Slice(8, 2).SequenceEqual(other.Slice(8, 2)) && first.Slice(12, 8).SequenceEqual(other.Slice(12, 8))
                && HasNextIdentification(first, other, position)
            : first[..4].SequenceEqual(other[..4]) && first[6..Upper].SequenceEqual(other[6..Upper]);
        if (!sameIp || !first.Slice(Upper, 4).SequenceEqual(other.Slice(Upper, 4)))
            return false;
        if (Kind == Segmentation.Udp)
            return true;
        // Acknowledgment, header length and window; then the options.
        ReadOnlySpan<byte> tcp = first[Upper..Headers], otherTcp = other[Upper..Headers];
        return tcp.Slice(8, 5).SequenceEqual(otherTcp.Slice(8, 5)) && tcp.Slice(14, 2).SequenceEqual(otherTcp.Slice(14, 2))
            && tcp[TcpHeaderLength..].SequenceEqual(otherTcp[TcpHeaderLength..]);
    }

    /// <summary>Whether its checksums are right: a merged packet gets new ones, which must not make a wrong one right.</summary>
    public bool HasRightChecksums(ReadOnlySpan<byte> packet)
    {
        bool isUdp = Kind == Segmentation.Udp;
        return (Upper == Ipv6HeaderLength || Ipv4Checksum.IsRight(packet))
            && InternetChecksum.Finish(PseudoHeader.Sum(packet, isUdp, packet.Length - Upper) + InternetChecksum.Sum(packet[Upper..])) == 0;
    }

    /// <summary>
    /// The kernel counts the identification up when it cuts the frame. Where a packet may still be fragmented it must keep its own
    /// (RFC 6864 4.3); where it may not, the number means nothing (RFC 6864 4.1).
    /// </summary>
    private static bool HasNextIdentification(ReadOnlySpan<byte> first, ReadOnlySpan<byte> other, int position) =>
        (first[6] & (DontFragment >> 8)) != 0
        || BinaryPrimitives.ReadUInt16BigEndian(other[4..]) == (ushort)(BinaryPrimitives.ReadUInt16BigEndian(first[4..]) + position);

    private static bool TryReadTcp(ReadOnlySpan<byte> packet, int upper, bool isIpv6, out MergeCandidate candidate)
    {
        candidate = default;
        if (packet.Length < upper + TcpHeaderLength)
            return false;
        int headers = upper + (packet[upper + 12] >> 4) * 4;
        byte flags = packet[upper + TcpFlags];
        if (headers < upper + TcpHeaderLength || headers >= packet.Length || (flags & ~Push) != Acknowledgment)
            return false;
        candidate = new MergeCandidate
        {
            Upper = upper,
            Headers = headers,
            Payload = packet.Length - headers,
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(packet[(upper + 4)..]),
            Kind = isIpv6 ? Segmentation.TcpIpv6 : Segmentation.TcpIpv4,
            IsLast = (flags & Push) != 0,
        };
        return true;
    }

    private static bool TryReadUdp(ReadOnlySpan<byte> packet, int upper, out MergeCandidate candidate)
    {
        candidate = default;
        // Without a checksum (0) nothing tells whether the payload is whole.
        if (packet.Length <= upper + UdpHeaderLength
            || BinaryPrimitives.ReadUInt16BigEndian(packet[(upper + 4)..]) != packet.Length - upper
            || BinaryPrimitives.ReadUInt16BigEndian(packet[(upper + 6)..]) == 0)
        {
            return false;
        }
        candidate = new MergeCandidate
        {
            Upper = upper,
            Headers = upper + UdpHeaderLength,
            Payload = packet.Length - upper - UdpHeaderLength,
            Kind = Segmentation.Udp,
        };
        return true;
    }
}

using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Tun;

namespace K8sPqTunnel.Dataplane.Offloads;

/// <summary>
/// A frame from a TUN interface, seen as the packets that it stands for: itself, or the segments of a packet that the kernel has left
/// uncut (TSO, USO).
/// </summary>
/// <remarks>Never allocates, never throws on what the kernel hands over; a frame that makes no sense is refused.</remarks>
internal readonly struct SuperPacket
{
    private const byte Fin = 0x01;
    private const byte Push = 0x08;
    private const byte CongestionWindowReduced = 0x80;
    private const int Ipv4HeaderLength = 20;
    private const int Ipv6HeaderLength = 40;
    private const int TcpHeaderLength = 20;
    private const int UdpHeaderLength = 8;
    private const int TcpChecksum = 16;
    private const int TcpFlags = 13;
    private const int UdpChecksum = 6;

    private readonly int _upper;
    private readonly int _headers;
    private readonly int _checksumOffset;
    private readonly int _segmentPayload;
    private readonly int _length;
    private readonly Segmentation _kind;
    private readonly bool _needsChecksum;

    private SuperPacket(in VirtioNetHeader header, int length, int upper, int headers)
    {
        _upper = upper;
        _headers = headers;
        _length = length;
        _kind = header.Segmentation;
        _needsChecksum = header.NeedsChecksum;
        _checksumOffset = header.ChecksumOffset;
        _segmentPayload = header.SegmentLength;
        Count = _kind == Segmentation.None ? 1 : Math.Max(1, (length - headers + _segmentPayload - 1) / _segmentPayload);
    }

    /// <summary>Packets.</summary>
    public int Count { get; }

    /// <summary>Octets of all of them.</summary>
    public int TotalLength => _length + (Count - 1) * _headers;

    /// <summary>Looks at a frame.</summary>
    /// <param name="packet">The IP packet behind the header.</param>
    public static bool TryRead(in VirtioNetHeader header, ReadOnlySpan<byte> packet, out SuperPacket super)
    {
        super = default;
        int upper = header.ChecksumStart;
        if (header.Segmentation == Segmentation.None)
        {
            if (header.NeedsChecksum && upper + header.ChecksumOffset + sizeof(ushort) > packet.Length)
                return false;
            super = new SuperPacket(header, packet.Length, upper, packet.Length);
            return true;
        }

        bool isTcp = header.Segmentation is Segmentation.TcpIpv4 or Segmentation.TcpIpv6;
        int shortest = packet.IsEmpty || packet[0] >> 4 == 4 ? Ipv4HeaderLength : Ipv6HeaderLength;
        if (!(isTcp || header.Segmentation == Segmentation.Udp)
            || !header.NeedsChecksum
            || header.SegmentLength == 0
            || header.ChecksumOffset != (isTcp ? TcpChecksum : UdpChecksum)
            || upper < shortest
            || packet.Length < upper + (isTcp ? TcpHeaderLength : UdpHeaderLength))
        {
            return false;
        }

        // What the kernel says of the headers' length is a hint only, and may hold more than them.
        int headers = upper + (isTcp ? (packet[upper + 12] >> 4) * 4 : UdpHeaderLength);
        if (headers < upper + UdpHeaderLength || headers > packet.Length)
            return false;
        super = new SuperPacket(header, packet.Length, upper, headers);
        return true;
    }

    /// <summary>Octets of one of the packets.</summary>
    public int LengthOf(int index) => _kind == Segmentation.None ? _length : _headers + PayloadOf(index);

    /// <summary>Writes one of the packets, whole and with its checksums.</summary>
    /// <param name="packet">The one that <see cref="TryRead"/> looked at.</param>
    /// <param name="destination">At least <see cref="LengthOf"/> octets.</param>
    public void Write(ReadOnlySpan<byte> packet, int index, Span<byte> destination)
    {
        if (_kind == Segmentation.None)
        {
            packet.CopyTo(destination);
            // The field holds the pseudo header's sum, so summing over it includes that.
            if (_needsChecksum)
                WriteChecksum(destination[_upper..packet.Length], InternetChecksum.Sum(destination[_upper..packet.Length]));
            return;
        }

        int payload = PayloadOf(index);
        Span<byte> segment = destination[..(_headers + payload)];
        packet[.._headers].CopyTo(segment);
        if (_kind == Segmentation.Udp)
            BinaryPrimitives.WriteUInt16BigEndian(segment[(_upper + 4)..], (ushort)(segment.Length - _upper));
        else
            WriteTcp(segment[_upper..], index);
        ulong pseudo = WriteIp(segment, index);
        segment.Slice(_upper + _checksumOffset, sizeof(ushort)).Clear();
        ulong sum = pseudo
            + InternetChecksum.Sum(segment[_upper.._headers])
            + InternetChecksum.CopyAndSum(packet.Slice(_headers + index * _segmentPayload, payload), segment[_headers..]);
        WriteChecksum(segment[_upper..], sum);
    }

    private int PayloadOf(int index) => Math.Min(_segmentPayload, _length - _headers - index * _segmentPayload);

    /// <summary>The field is complemented; where UDP would then have none (0), all ones say the same (RFC 768).</summary>
    private void WriteChecksum(Span<byte> upper, ulong sum)
    {
        ushort checksum = InternetChecksum.Finish(sum);
        BinaryPrimitives.WriteUInt16BigEndian(upper[_checksumOffset..], checksum == 0 && _checksumOffset == UdpChecksum ? ushort.MaxValue : checksum);
    }

    private void WriteTcp(Span<byte> tcp, int index)
    {
        uint first = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], first + (uint)(index * _segmentPayload));
        // The end is only in the last segment, and the congestion window was reduced once (RFC 3168 6.1.2).
        if (index < Count - 1)
            tcp[TcpFlags] &= unchecked((byte)~(Fin | Push));
        if (index > 0)
            tcp[TcpFlags] &= unchecked((byte)~CongestionWindowReduced);
    }

    /// <summary>Writes the length, and with IPv4 the identification and the header's checksum.</summary>
    /// <returns>The pseudo header's sum.</returns>
    private ulong WriteIp(Span<byte> segment, int index)
    {
        if (segment[0] >> 4 == 6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)(segment.Length - Ipv6HeaderLength));
            return PseudoHeader.Sum(segment, _kind == Segmentation.Udp, segment.Length - _upper);
        }

        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)segment.Length);
        ushort first = BinaryPrimitives.ReadUInt16BigEndian(segment[4..]);
        BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)(first + index));
        Ipv4Checksum.Write(segment);
        return PseudoHeader.Sum(segment, _kind == Segmentation.Udp, segment.Length - _upper);
    }
}

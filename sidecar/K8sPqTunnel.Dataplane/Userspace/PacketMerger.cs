using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Tun;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Joins inner packets that continue each other into one frame for the TUN interface (as GRO does), without copying them. Not for two threads at once.</summary>
internal sealed unsafe class PacketMerger
{
    private const int LongestPacket = 65535;
    private const int MaxPieces = 128;
    private const int Ipv6HeaderLength = 40;
    private const byte Push = 0x08;
    private const int TcpFlags = 13;
    private const int TcpChecksum = 16;
    private const int UdpChecksum = 6;

    private readonly IInnerSink _sink;
    private readonly int _queue;
    private readonly IoVector[] _pieces = GC.AllocateUninitializedArray<IoVector>(MaxPieces, pinned: true);
    private readonly VirtioNetHeader[] _header = GC.AllocateArray<VirtioNetHeader>(1, pinned: true);
    private MergeCandidate _first;
    private int _packets;
    private int _length;
    private bool _isOpen;
    private bool _isChecked;

    /// <param name="queue">Of the sink.</param>
    public PacketMerger(IInnerSink sink, int queue = 0)
    {
        _sink = sink;
        _queue = queue;
        fixed (VirtioNetHeader* header = _header)
            _pieces[0] = new IoVector((byte*)header, VirtioNetHeader.Length);
    }

    /// <summary>Joins datagrams of UDP too; the kernel takes them from Linux 6.2 on.</summary>
    public bool MergesUdp { get; set; }

    /// <summary>Takes one inner packet, which must stay where it is until <see cref="Flush"/>.</summary>
    /// <returns>How many packets could not be delivered, this one or others.</returns>
    public int Add(byte* packet, int length)
    {
        var octets = new ReadOnlySpan<byte>(packet, length);
        bool isCandidate = MergeCandidate.TryRead(octets, out MergeCandidate candidate) && (MergesUdp || candidate.Kind != Segmentation.Udp);
        if (isCandidate && _isOpen && TryAppend(packet, octets, candidate))
            return 0;

        int lost = Flush();
        _pieces[1] = new IoVector(packet, length);
        (_packets, _length, _first, _isOpen, _isChecked) = (1, length, candidate, isCandidate && !candidate.IsLast, false);
        return isCandidate ? lost : lost + Flush();
    }

    /// <summary>Delivers what has been taken.</summary>
    /// <returns>How many packets could not be delivered.</returns>
    public int Flush()
    {
        if (_packets == 0)
            return 0;
        int packets = _packets;
        _packets = 0;
        _isOpen = false;
        _header[0] = packets == 1 ? default : Complete(new Span<byte>(_pieces[1].Start, (int)_pieces[1].Length));
        return _sink.TryDeliver(_queue, _pieces.AsSpan(0, packets + 1)) ? 0 : packets;
    }

    private bool TryAppend(byte* packet, ReadOnlySpan<byte> octets, in MergeCandidate next)
    {
        var first = new ReadOnlySpan<byte>(_pieces[1].Start, (int)_pieces[1].Length);
        uint expected = _first.Kind == Segmentation.Udp ? 0 : _first.Sequence + (uint)(_length - _first.Headers);
        if (_packets + 1 == MaxPieces || _length + next.Payload > LongestPacket || !_first.IsContinuedBy(first, octets, next, expected, _packets))
            return false;
        if (!_isChecked && !_first.HasRightChecksums(first))
            return _isOpen = false;
        _isChecked = true;
        if (!next.HasRightChecksums(octets))
            return false;

        _pieces[++_packets] = new IoVector(packet + next.Headers, next.Payload);
        _length += next.Payload;
        _isOpen = next.Payload == _first.Payload && !next.IsLast;
        if (next.IsLast)
            _pieces[1].Start[_first.Upper + TcpFlags] |= Push;
        return true;
    }

    /// <summary>Makes the first packet's headers those of all, with the sum that the kernel completes where it needs it.</summary>
    private VirtioNetHeader Complete(Span<byte> first)
    {
        bool isUdp = _first.Kind == Segmentation.Udp;
        int upperLength = _length - _first.Upper;
        if (first[0] >> 4 == 6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(first[4..], (ushort)(_length - Ipv6HeaderLength));
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(first[2..], (ushort)_length);
            Ipv4Checksum.Write(first);
        }
        if (isUdp)
            BinaryPrimitives.WriteUInt16BigEndian(first[(_first.Upper + 4)..], (ushort)upperLength);
        int checksum = isUdp ? UdpChecksum : TcpChecksum;
        BinaryPrimitives.WriteUInt16BigEndian(
            first[(_first.Upper + checksum)..], InternetChecksum.Fold(PseudoHeader.Sum(first, isUdp, upperLength)));
        return new VirtioNetHeader
        {
            NeedsChecksum = true,
            Segmentation = _first.Kind,
            HeaderLength = (ushort)_first.Headers,
            SegmentLength = (ushort)_first.Payload,
            ChecksumStart = (ushort)_first.Upper,
            ChecksumOffset = (ushort)checksum,
        };
    }
}

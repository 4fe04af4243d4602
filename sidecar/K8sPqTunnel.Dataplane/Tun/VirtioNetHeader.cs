using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>What stands before each frame of a TUN interface with offloads: struct virtio_net_hdr, in the machine's byte order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct VirtioNetHeader
{
    public const int Length = 10;

    private readonly byte _flags;
    private readonly byte _segmentation;
    private readonly ushort _headerLength;
    private readonly ushort _segmentLength;
    private readonly ushort _checksumStart;
    private readonly ushort _checksumOffset;

    private const byte FlagNeedsChecksum = 1;
    private const byte ExplicitCongestion = 0x80;

    /// <summary>The checksum field holds only the pseudo header's sum.</summary>
    public bool NeedsChecksum
    {
        get => (_flags & FlagNeedsChecksum) != 0;
        init => _flags = value ? FlagNeedsChecksum : (byte)0;
    }

    public Segmentation Segmentation
    {
        get => (Segmentation)(_segmentation & ~ExplicitCongestion);
        init => _segmentation = (byte)value;
    }

    /// <summary>Octets of all headers; only a hint where it comes from the kernel.</summary>
    public ushort HeaderLength
    {
        get => _headerLength;
        init => _headerLength = value;
    }

    /// <summary>Octets of payload in each segment but the last.</summary>
    public ushort SegmentLength
    {
        get => _segmentLength;
        init => _segmentLength = value;
    }

    /// <summary>Where the sum begins: at the header of the upper layer.</summary>
    public ushort ChecksumStart
    {
        get => _checksumStart;
        init => _checksumStart = value;
    }

    /// <summary>Where the field stands from there.</summary>
    public ushort ChecksumOffset
    {
        get => _checksumOffset;
        init => _checksumOffset = value;
    }
}

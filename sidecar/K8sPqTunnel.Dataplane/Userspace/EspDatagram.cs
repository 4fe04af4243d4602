using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>ESP packets as they stand in UDP (RFC 3948 2.1) or in IP: everything after that header, beginning with the SPI; one or several of the same length.</summary>
/// <param name="Path">Our address and port, and the peer's as packets show it; the ports are 0 straight over IP (RFC 4303 1).</param>
/// <param name="Payload">Valid only during the call that hands it over; who receives it may overwrite it.</param>
/// <param name="TrafficClass">The outer header's TOS octet, DSCP and ECN; 0 from a transport that can't tell, which reads as Not-ECT.</param>
/// <param name="SegmentLength">Octets of each packet but the last, which may be shorter; 0 where the payload is one packet.</param>
public readonly record struct EspDatagram(PeerPath Path, Memory<byte> Payload, byte TrafficClass = 0, int SegmentLength = 0)
{
    /// <summary>Straight over IP, without UDP.</summary>
    public bool IsRaw => Path.Remote.Port == 0;

    /// <summary>Packets.</summary>
    public int Count => SegmentLength == 0 ? 1 : (Payload.Length + SegmentLength - 1) / SegmentLength;

    /// <summary>Packets of a batch.</summary>
    public static int CountOf(ReadOnlySpan<EspDatagram> batch)
    {
        int count = 0;
        foreach (ref readonly EspDatagram datagrams in batch)
            count += datagrams.Count;
        return count;
    }

    /// <summary>One of them, alone.</summary>
    public EspDatagram this[int index]
    {
        get
        {
            if (SegmentLength == 0)
                return this;
            int start = index * SegmentLength;
            return new EspDatagram(Path, Payload.Slice(start, Math.Min(SegmentLength, Payload.Length - start)), TrafficClass);
        }
    }

    /// <summary>Some of them that lie beside each other.</summary>
    public EspDatagram this[Range range]
    {
        get
        {
            (int first, int count) = range.GetOffsetAndLength(Count);
            if (count == Count)
                return this;
            int start = first * SegmentLength;
            int length = Math.Min(count * SegmentLength, Payload.Length - start);
            return this with { Payload = Payload.Slice(start, length), SegmentLength = count > 1 ? SegmentLength : 0 };
        }
    }
}

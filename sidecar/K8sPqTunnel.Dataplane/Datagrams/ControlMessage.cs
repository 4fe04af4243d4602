using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Datagrams;

/// <summary>struct cmsghdr of sendmsg(2) and recvmsg(2) on a 64-bit machine: length 8 | level 4 | type 4 | value, on boundaries of 8.</summary>
internal static class ControlMessage
{
    public const int IpLevel = 0;
    public const int Ipv6Level = 41;
    public const int UdpLevel = 17;
    public const int IpTos = 1;
    public const int Ipv6TrafficClass = 67;
    public const int UdpSegment = 103;
    public const int UdpGro = 104;

    /// <summary>Room for any of them.</summary>
    public const int Space = HeaderLength + 8;

    private const int HeaderLength = 16;

    /// <summary>Writes one with a value of 16 bits, or of 32 bits.</summary>
    /// <returns>Octets used.</returns>
    public static int Write(Span<byte> destination, int level, int type, int value, bool isShort)
    {
        destination[..Space].Clear();
        int length = isShort ? sizeof(ushort) : sizeof(int);
        MemoryMarshal.Write(destination, (long)(HeaderLength + length));
        MemoryMarshal.Write(destination[8..], level);
        MemoryMarshal.Write(destination[12..], type);
        if (isShort)
            MemoryMarshal.Write(destination[HeaderLength..], (ushort)value);
        else
            MemoryMarshal.Write(destination[HeaderLength..], value);
        return Space;
    }

    /// <summary>Reads what a received datagram tells.</summary>
    /// <param name="trafficClass">0 where it does not.</param>
    /// <param name="segmentLength">0 where it is one datagram.</param>
    public static void Read(ReadOnlySpan<byte> control, out byte trafficClass, out int segmentLength)
    {
        trafficClass = 0;
        segmentLength = 0;
        while (control.Length > HeaderLength)
        {
            long length = MemoryMarshal.Read<long>(control);
            if (length < HeaderLength + 1 || length > control.Length)
                return;
            switch (MemoryMarshal.Read<int>(control[8..]), MemoryMarshal.Read<int>(control[12..]))
            {
                case (IpLevel, IpTos) or (Ipv6Level, Ipv6TrafficClass):
                    trafficClass = control[HeaderLength];               // IPv4 gives an octet, IPv6 an int below 256 (little-endian here).
                    break;
                case (UdpLevel, UdpGro) when length >= HeaderLength + sizeof(int):
                    segmentLength = MemoryMarshal.Read<int>(control[HeaderLength..]);
                    break;
            }
            control = control[(int)Math.Min(control.Length, (length + 7) & ~7)..];
        }
    }
}

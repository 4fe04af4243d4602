using System.Buffers.Binary;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Goes over the extension headers of an IPv6 packet to its upper layer (RFC 8200 4).</summary>
/// <param name="payload">Everything behind the fixed header.</param>
/// <param name="first">The fixed header's next header.</param>
internal readonly ref struct Ipv6Extensions(ReadOnlySpan<byte> payload, byte first)
{
    /// <summary>More than any honest packet has; whoever chains them on makes us count.</summary>
    private const int MaxHeaders = 8;
    private const int FragmentLength = 8;
    private const int ShortestLength = 8;
    private const byte Fragment = 44;
    private const byte Authentication = 51;
    private const ushort FragmentOffsetMask = 0xfff8;

    private readonly ReadOnlySpan<byte> _payload = payload;

    /// <summary>False where a header is cut off, or where there are too many.</summary>
    /// <param name="protocol">Of <paramref name="upper"/>; in a later fragment the one that the fragment header names.</param>
    /// <param name="firstFragment">True too for a packet that is whole.</param>
    public bool TrySkip(out ReadOnlySpan<byte> upper, out byte protocol, out bool firstFragment)
    {
        upper = _payload;
        protocol = first;
        firstFragment = true;
        for (int i = 0; IsExtension(protocol); i++)
        {
            if (i == MaxHeaders || upper.Length < ShortestLength)
                return false;
            int length = LengthOf(protocol, upper);
            if (length > upper.Length)
                return false;
            if (protocol == Fragment)
                firstFragment = (BinaryPrimitives.ReadUInt16BigEndian(upper[2..]) & FragmentOffsetMask) == 0;
            protocol = upper[0];
            upper = upper[length..];
            if (!firstFragment)
                return true;                                            // What follows is the middle of something.
        }
        return true;
    }

    // RFC 8200 4.3, 4.4, 4.6 count units of 8 octets after the first, RFC 4302 2.2 units of 4 after the second.
    private static int LengthOf(byte type, ReadOnlySpan<byte> header) => type switch
    {
        Fragment => FragmentLength,
        Authentication => (header[1] + 2) * 4,
        _ => (header[1] + 1) * 8,
    };

    /// <summary>Hop-by-hop, routing, fragment, AH, destination options, mobility, HIP, Shim6 (IANA's list of extension headers).</summary>
    private static bool IsExtension(byte type) => type is 0 or 43 or Fragment or Authentication or 60 or 135 or 139 or 140;
}

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>
/// Where things stand in an ESP packet with an AEAD (RFC 4303 2, RFC 4106 3, RFC 7634 2):
/// SPI 4 | sequence number 4 | IV 8 | encrypted(inner packet | padding | pad length 1 | next header 1) | ICV 16.
/// </summary>
internal static class EspFormat
{
    public const int SequenceOffset = 4;
    public const int HeaderLength = 8;
    public const int IvLength = 8;
    public const int PayloadOffset = HeaderLength + IvLength;
    public const int TrailerLength = 2;
    public const int IcvLength = 16;

    /// <summary>Pad length and next header end on a boundary of 4 octets (RFC 4303 2.4); both AEADs ask for no more.</summary>
    public const int Alignment = 4;

    public const int ShortestPacket = PayloadOffset + TrailerLength + IcvLength;

    /// <summary>SPI and sequence number; with extended sequence numbers 4 octets more (RFC 4106 5).</summary>
    public const int LongestAssociatedData = 12;

    /// <summary>Next header of a tunnelled IPv4 packet.</summary>
    public const byte NextHeaderIpv4 = 4;

    /// <summary>Next header of a tunnelled IPv6 packet.</summary>
    public const byte NextHeaderIpv6 = 41;

    /// <summary>Next header of a dummy packet, to be discarded in silence (RFC 4303 2.6).</summary>
    public const byte NextHeaderNone = 59;

    public static byte NextHeaderOf(bool isIpv6) => isIpv6 ? NextHeaderIpv6 : NextHeaderIpv4;

    public static int PaddingFor(int innerLength) => -(innerLength + TrailerLength) & (Alignment - 1);

    /// <summary>Octets of the ESP packet, without UDP and IP headers, for an inner packet of <paramref name="innerLength"/> octets.</summary>
    public static int SealedLength(int innerLength) =>
        PayloadOffset + innerLength + PaddingFor(innerLength) + TrailerLength + IcvLength;
}

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>What every ESP packet has in common (RFC 4303 2); the rest is its <see cref="EspLayout"/>.</summary>
internal static class EspFormat
{
    /// <summary>ESP's own number as an IP protocol (RFC 4303 2).</summary>
    public const byte Protocol = 50;

    public const int SequenceOffset = 4;
    public const int HeaderLength = 8;
    public const int TrailerLength = 2;

    /// <summary>SPI and sequence number; with extended sequence numbers 4 octets more (RFC 4106 5).</summary>
    public const int LongestAssociatedData = 12;

    /// <summary>Next header of a tunnelled IPv4 packet.</summary>
    public const byte NextHeaderIpv4 = 4;

    /// <summary>Next header of a tunnelled IPv6 packet.</summary>
    public const byte NextHeaderIpv6 = 41;

    /// <summary>Next header of a dummy packet, to be discarded in silence (RFC 4303 2.6).</summary>
    public const byte NextHeaderNone = 59;

    public static byte NextHeaderOf(bool isIpv6) => isIpv6 ? NextHeaderIpv6 : NextHeaderIpv4;
}

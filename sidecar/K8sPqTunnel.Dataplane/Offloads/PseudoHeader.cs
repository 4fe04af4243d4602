namespace K8sPqTunnel.Dataplane.Offloads;

/// <summary>What the checksums of TCP and UDP cover besides themselves (RFC 9293 3.1, RFC 768, RFC 8200 8.1).</summary>
internal static class PseudoHeader
{
    private const int Ipv4Addresses = 12;
    private const int Ipv4AddressesLength = 8;
    private const int Ipv6Addresses = 8;
    private const int Ipv6AddressesLength = 32;
    private const byte Tcp = 6;
    private const byte Udp = 17;

    /// <summary>Addresses, protocol and length of an IP packet's upper layer, as a sum.</summary>
    /// <param name="packet">At least its IP header.</param>
    /// <param name="length">Octets of the upper layer.</param>
    public static ulong Sum(ReadOnlySpan<byte> packet, bool isUdp, int length) => Sum(packet, isUdp ? Udp : Tcp, length);

    /// <param name="protocol">Of the upper layer; ICMPv6 too (RFC 4443 2.3).</param>
    public static ulong Sum(ReadOnlySpan<byte> packet, byte protocol, int length)
    {
        ReadOnlySpan<byte> addresses = packet[0] >> 4 == 6
            ? packet.Slice(Ipv6Addresses, Ipv6AddressesLength)
            : packet.Slice(Ipv4Addresses, Ipv4AddressesLength);
        return InternetChecksum.Sum(addresses) + InternetChecksum.OfWord(protocol) + InternetChecksum.OfWord((ushort)length);
    }
}

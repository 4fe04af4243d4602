using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane;

/// <summary>How large an inner packet may be so that its ESP packet fits the path outside.</summary>
public static class PathMtu
{
    /// <summary>What a path carries when nothing is known of it.</summary>
    public const int Ethernet = 1500;

    /// <summary>The smallest MTU that IPv4 allows an interface (RFC 791 3.2).</summary>
    public const int Smallest = 68;

    /// <summary>The smallest MTU that IPv6 allows a link (RFC 8200 5); the kernel takes IPv6 from an interface with less.</summary>
    public const int SmallestOfIpv6 = 1280;

    private const int Ipv4Header = 20;
    private const int Ipv6Header = 40;
    private const int UdpHeader = 8;

    /// <summary>
    /// The largest inner packet in tunnel mode, with an AEAD: outer MTU less IPv4 20 or IPv6 40, UDP 8, ESP 8, IV 8 and ICV 16, rounded down to
    /// the boundary of 4 octets that inner packet, padding, pad length and next header end on (RFC 4303 2.4).
    /// </summary>
    /// <param name="outer">MTU of the path outside, in octets.</param>
    /// <param name="udpEncapsulation">ESP in UDP (RFC 3948); otherwise ESP straight over IP.</param>
    /// <param name="outerIpv6">The path outside is IPv6.</param>
    /// <param name="innerIpv6">
    /// The tunnel carries IPv6: then <see cref="SmallestOfIpv6"/> holds even where the path is too narrow for it, and the largest
    /// packets are fragmented outside.
    /// </param>
    /// <param name="layout">Of the ESP packets; that of an AEAD if null.</param>
    /// <returns>Octets; never less than <see cref="Smallest"/>.</returns>
    public static int Inner(int outer, bool udpEncapsulation, bool outerIpv6 = false, bool innerIpv6 = false, EspLayout? layout = null)
    {
        int room = outer - (outerIpv6 ? Ipv6Header : Ipv4Header) - (udpEncapsulation ? UdpHeader : 0);
        return Math.Max((layout ?? EspLayout.Aead).LargestInner(room), innerIpv6 ? SmallestOfIpv6 : Smallest);
    }
}

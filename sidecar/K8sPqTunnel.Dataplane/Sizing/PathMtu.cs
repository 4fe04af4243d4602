using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Sizing;

/// <summary>How large an inner packet may be so that its ESP packet fits the path outside.</summary>
public static class PathMtu
{
    /// <summary>What a path carries when nothing is known of it.</summary>
    public const int Ethernet = 1500;

    /// <summary>The smallest MTU that IPv4 allows an interface (RFC 791 3.2).</summary>
    public const int Smallest = 68;

    /// <summary>What every host of IPv4 takes (RFC 791 3.1); a path that claims to carry less is not believed.</summary>
    public const int SmallestOfIpv4 = 576;

    /// <summary>The smallest MTU that IPv6 allows a link (RFC 8200 5); the kernel takes IPv6 from an interface with less.</summary>
    public const int SmallestOfIpv6 = 1280;

    private const int Ipv4Header = 20;
    private const int Ipv6Header = 40;
    private const int UdpHeader = 8;

    /// <summary>TCP's header 20 with the timestamps 12 that Linux sends (RFC 7323 3.2), and the packet's length 2 (RFC 9329 3).</summary>
    private const int TcpFrame = 34;

    /// <summary>
    /// The largest inner packet in tunnel mode: outer MTU less IPv4 20 or IPv6 40, what <paramref name="carrier"/> needs, and ESP 8, IV
    /// and ICV, rounded down to the boundary that inner packet, padding, pad length and next header end on (RFC 4303 2.4).
    /// </summary>
    /// <param name="outer">MTU of the path outside, in octets.</param>
    /// <param name="outerIpv6">The path outside is IPv6.</param>
    /// <param name="layout">Of the ESP packets; that of an AEAD if null.</param>
    /// <returns>Octets; never less than <see cref="Smallest"/>.</returns>
    public static int Inner(int outer, EspCarrier carrier, bool outerIpv6 = false, EspLayout? layout = null)
    {
        int room = outer - (outerIpv6 ? Ipv6Header : Ipv4Header) - carrier switch
        {
            EspCarrier.Udp => UdpHeader,
            EspCarrier.Tcp => TcpFrame,
            _ => 0,
        };
        return Math.Max((layout ?? EspLayout.Aead).LargestInner(room), Smallest);
    }
}

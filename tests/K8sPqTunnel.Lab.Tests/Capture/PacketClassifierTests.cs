using System.Net;
using K8sPqTunnel.Lab.Capture;

namespace K8sPqTunnel.Lab.Tests.Capture;

public sealed class PacketClassifierTests
{
    private const int MoreFragments = 0x2000;
    private static readonly byte[] EspHeader = [0xc1, 0x02, 0x03, 0x04, 0, 0, 0, 1, 0xaa, 0xbb];
    private static readonly byte[] InnerUdp = Frames.Ipv4(IPAddress.Parse("10.1.0.2"), Frames.Far, 17, Frames.Udp(4500, 4500, EspHeader));
    private readonly PacketClassifier _classifier = new([Frames.Near, Frames.Far, Frames.Near6, Frames.Far6]);

    public static TheoryData<string, byte[], PacketClass> Known { get; } = new()
    {
        { "IKE on port 500", Between(17, Frames.Udp(500, 500, 1, 2, 3, 4)), PacketClass.Ike },
        { "IKE behind the non-ESP marker", Between(17, Frames.Udp(4500, 4500, 0, 0, 0, 0, 9)), PacketClass.Ike },
        { "ESP in UDP", Between(17, Frames.Udp(4500, 4500, EspHeader)), PacketClass.EspInUdp },
        { "ESP in UDP from a port that a NAT chose", Between(17, Frames.Udp(31007, 4500, EspHeader)), PacketClass.EspInUdp },
        { "a NAT keepalive", Between(17, Frames.Udp(4500, 4500, 0xff)), PacketClass.NatKeepalive },
        { "IKE or ESP in TCP", Between(6, [0x11, 0x94, 0xc0, 0x00, .. new byte[16]]), PacketClass.InTcp },
        { "other TCP", Between(6, [0x01, 0xbb, 0xc0, 0x00, .. new byte[16]]), PacketClass.Clear },
        { "ESP", Between(50, EspHeader), PacketClass.Esp },
        { "ESP that nobody takes", Between(1, Frames.Unreachable(Between(17, Frames.Udp(4500, 4500, EspHeader)))), PacketClass.Undelivered },
        { "an inner packet given back", Between(1, Frames.Unreachable(InnerUdp)), PacketClass.Clear },
        { "TCP that nobody takes", Between(1, Frames.Unreachable(Between(6, new byte[20]))), PacketClass.Clear },
        { "ESP that nobody takes, over IPv6", Between6(58, Frames.Unreachable6(Between6(17, Frames.Udp(4500, 4500, EspHeader)))), PacketClass.Undelivered },
        { "an inner packet given back over IPv6", Between6(58, Frames.Unreachable6(Frames.Ipv6(IPAddress.Parse("fd00:1::2"), Frames.Far6, 17, Frames.Udp(4500, 4500, EspHeader)))), PacketClass.Clear },
        { "an ICMPv6 error about an ICMPv6 error", Between6(58, Frames.Unreachable6(Between6(58, Frames.Unreachable6(Between6(50, EspHeader))))), PacketClass.Clear },
        { "an ICMPv6 echo between the gateways", Between6(58, [128, 0, 0, 0, 0, 0, 0, 0]), PacketClass.Clear },
        { "an echo request", Between(1, [8, 0, 0, 0, 0, 0, 0, 0]), PacketClass.Clear },
        { "ARP", Frames.Ethernet(0x0806, new byte[28]), PacketClass.Link },
        { "a neighbour solicitation", Frames.Icmp6(135, routerAlert: false), PacketClass.Link },
        { "a multicast listener report", Frames.Icmp6(143, routerAlert: true), PacketClass.Link },
        { "an IGMP report", Frames.Ipv4(Frames.Near, IPAddress.Parse("224.0.0.22"), 2, new byte[16]), PacketClass.Link },
        { "IGMP to a host", Between(2, new byte[16]), PacketClass.Clear },
        { "an ICMPv6 echo", Frames.Icmp6(128, routerAlert: false), PacketClass.Clear },
        { "TCP between the gateways", Between(6, new byte[20]), PacketClass.Clear },
        { "UDP on another port", Between(17, Frames.Udp(53, 53, 1, 2, 3, 4)), PacketClass.Clear },
        { "three octets on port 4500", Between(17, Frames.Udp(4500, 4500, 1, 2, 3)), PacketClass.Clear },
        { "a frame of another protocol", Frames.Ethernet(0x88cc, 1, 2, 3), PacketClass.Clear },
        { "a frame that is cut off in its IP header", Frames.Ethernet(0x0800, 0x45, 0, 0), PacketClass.Clear },
        { "half an Ethernet header", [1, 2, 3], PacketClass.Clear },
    };

    [Theory, MemberData(nameof(Known))]
    public void A_frame_is_recognized_by_its_headers(string what, byte[] frame, PacketClass expected) =>
        Assert.True(expected == _classifier.Classify(frame), what);

    [Fact]
    public void A_packet_of_the_networks_behind_is_clear_even_on_the_port_of_esp()
    {
        Assert.Equal(PacketClass.Clear, _classifier.Classify(InnerUdp));
    }

    [Fact]
    public void Later_fragments_are_what_the_first_one_was()
    {
        byte[] first = Frames.Ipv4(Frames.Near, Frames.Far, 17, Frames.Udp(500, 500, 1, 2, 3, 4), MoreFragments);
        byte[] later = Frames.Ipv4(Frames.Near, Frames.Far, 17, new byte[8], fragment: 185);

        Assert.Equal(PacketClass.Ike, _classifier.Classify(first));
        Assert.Equal(PacketClass.Ike, _classifier.Classify(later));
    }

    [Fact]
    public void A_later_fragment_of_an_unseen_datagram_is_clear()
    {
        byte[] first = Frames.Ipv4(Frames.Near, Frames.Far, 17, Frames.Udp(500, 500, 1, 2, 3, 4), MoreFragments, id: 1);
        byte[] stray = Frames.Ipv4(Frames.Near, Frames.Far, 17, new byte[8], fragment: 185, id: 2);

        _classifier.Classify(first);

        Assert.Equal(PacketClass.Clear, _classifier.Classify(stray));
    }

    private static byte[] Between6(int protocol, byte[] payload) => Frames.Ipv6(Frames.Near6, Frames.Far6, protocol, payload);

    private static byte[] Between(int protocol, byte[] payload) => Frames.Ipv4(Frames.Near, Frames.Far, protocol, payload);
}

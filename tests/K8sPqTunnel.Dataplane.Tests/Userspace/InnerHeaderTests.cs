using System.Net;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class InnerHeaderTests
{
    [Fact]
    public void An_IPv6_packet_shows_addresses_ports_and_traffic_class()
    {
        InnerHeader header = Parse(Packets.MakeIpv6("fd00:1::2", "fd00:2::1", trafficClass: 0xb9));
        Assert.Equal((true, Packets.Udp, 40, 80), (header.IsIpv6, header.Protocol, header.HeaderLength, header.TotalLength));
        Assert.Equal((byte)0xb9, header.TrafficClass);
        Assert.Equal((true, 1000, 2000), (header.HasPorts, header.SourcePort, header.DestinationPort));
        Assert.True(Of("fd00:1::/64").CoversSource(header));
        Assert.False(Of("fd00:1:0:1::/64").CoversSource(header));
        Assert.False(Of("0.0.0.0/0").CoversSource(header));
        Assert.False(Of("::/0").CoversSource(Parse(Packets.Make("10.1.0.1", "10.2.0.1"))));
    }

    [Fact]
    public void Extension_headers_are_gone_over_to_the_upper_layer()
    {
        InnerHeader header = Parse(Packets.MakeIpv6("fd00:1::2", "fd00:2::1", extensions: [(0, 8), (60, 16), (43, 24)]));
        Assert.Equal((Packets.Udp, 40 + 48, true, 1000), (header.Protocol, header.HeaderLength, header.HasPorts, header.SourcePort));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(8, false)]
    public void Only_the_first_fragment_of_IPv6_has_ports(ushort offset, bool hasPorts)
    {
        InnerHeader header = Parse(Packets.MakeIpv6("fd00:1::2", "fd00:2::1", extensions: [(44, 8)], fragmentOffset: offset));
        Assert.Equal((Packets.Udp, hasPorts), (header.Protocol, header.HasPorts));
    }

    [Fact]
    public void A_packet_that_is_cut_off_or_chains_headers_without_end_is_refused()
    {
        byte[] whole = Packets.MakeIpv6("fd00:1::2", "fd00:2::1", payload: 0, extensions: [(0, 8)]);
        for (int length = 0; length < whole.Length; length++)
            Assert.False(InnerHeader.TryParse(whole.AsSpan(0, length), out _));
        whole[5] = 4;                                                    // The hop-by-hop header alone has 8 octets.
        Assert.False(InnerHeader.TryParse(whole, out _));
        (byte, int)[] many = [.. Enumerable.Repeat(((byte)60, 8), 9)];
        Assert.False(InnerHeader.TryParse(Packets.MakeIpv6("fd00:1::2", "fd00:2::1", extensions: many), out _));
        Assert.False(InnerHeader.TryParse(new byte[60], out _));
    }

    [Fact]
    public void IPv6_crosses_an_SA_under_its_own_next_header_and_takes_a_congestion_mark()
    {
        TrafficSelector left = TrafficSelector.Of(IPNetwork.Parse("fd00:1::/48")), right = TrafficSelector.Of(IPNetwork.Parse("fd00:2::/48"));
        SaPair pair = SaPair.Create(left: [left], right: [right]);
        using var sender = new OutboundSa(pair.Left);
        using var receiver = new InboundSa(pair.Right);
        byte[] packet = Packets.MakeIpv6("fd00:1::2", "fd00:2::1", trafficClass: 2);
        byte[] esp = new byte[EspLayout.Aead.SealedLength(packet.Length)];
        Assert.Equal(EspDrop.None, sender.Seal(packet, esp, out _));
        byte[] inner = new byte[esp.Length];
        Assert.Equal(EspDrop.None, receiver.Open(new EspDatagram(pair.Right.Path, esp, TrafficClass: 3), inner, out int length, out _));
        Assert.Equal(3, Parse(inner[..length]).TrafficClass);
        packet[1] |= 0x30;
        Assert.Equal(packet, inner[..length]);
    }

    private static SelectorSet Of(string network) => new([TrafficSelector.Of(IPNetwork.Parse(network))]);

    private static InnerHeader Parse(byte[] packet)
    {
        Assert.True(InnerHeader.TryParse(packet, out InnerHeader header));
        return header;
    }
}

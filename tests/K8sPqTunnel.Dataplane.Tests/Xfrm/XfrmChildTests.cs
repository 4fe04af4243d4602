using System.Net;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Xfrm;

/// <summary>What the kernel is asked for, where what it does with that is not seen from outside.</summary>
public sealed class XfrmChildTests
{
    private const uint Reqid = 7;
    private const int Card = 3;

    [Fact]
    public void Each_half_says_which_way_its_packets_go_and_by_which_ports()
    {
        var path = new PeerPath(IPEndPoint.Parse("192.0.2.1:4501"), IPEndPoint.Parse("192.0.2.2:4502"));
        XfrmChild child = Of(SaPair.Create(path: path));
        XfrmState inbound = child.Inbound(tellsFirst: false), outbound = child.Outbound();
        Assert.Equal((XfrmDirection.Inbound, XfrmDirection.Outbound), (inbound.Direction, outbound.Direction));
        Assert.Equal(new XfrmEncapsulation(4502, 4501), inbound.Encapsulation);
        Assert.Equal(new XfrmEncapsulation(4501, 4502), outbound.Encapsulation);
        Assert.Null(Of(SaPair.Create(path: path, udpEncapsulation: false)).Outbound().Encapsulation);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::2", true)]
    public void A_card_is_asked_with_the_direction_and_the_family(string local, string peer, bool ipv6)
    {
        XfrmOffloadFlags family = ipv6 ? XfrmOffloadFlags.Ipv6 : XfrmOffloadFlags.None;
        var path = new PeerPath(new IPEndPoint(IPAddress.Parse(local), 4500), new IPEndPoint(IPAddress.Parse(peer), 4500));
        XfrmChild child = Of(SaPair.Create(path: path), new LinkInfo(Card, "wan0", 1500, IsUp: true));
        Assert.Equal(new XfrmOffload(Card, XfrmOffloadFlags.Inbound | family), child.Inbound(tellsFirst: false).Offload);
        Assert.Equal(new XfrmOffload(Card, family), child.Outbound().Offload);
        child.WhyNotOffloaded = "it has no ESP";
        Assert.Null(child.Outbound().Offload);
    }

    [Fact]
    public void Limits_in_octets_and_packets_are_the_kernels_and_the_first_packet_is_told_before_them()
    {
        XfrmChild child = Of(SaPair.Create(limits: new SaLimits(RekeyOctets: 100, Octets: 200, RekeyPackets: 10, Packets: 20)));
        Assert.Equal(new XfrmLifetime(100, 200, 10, 20), child.Outbound().Lifetime);
        Assert.Equal(new XfrmLifetime(100, 200, 10, 20), child.Inbound(tellsFirst: false).Lifetime);
        Assert.Equal(new XfrmLifetime(100, 200, 1, 20), child.Inbound(tellsFirst: true).Lifetime);
        Assert.True(child.IsNearLimit(XfrmUsage.None with { Octets = 100 }));
        Assert.False(child.IsNearLimit(XfrmUsage.None with { Octets = 99, Packets = 9 }));
    }

    [Theory]
    [InlineData(true, XfrmLifetime.Infinite)]
    [InlineData(false, 0xC000_0000)]
    public void Without_limits_only_the_sequence_numbers_of_32_bits_run_out(bool extended, ulong packets)
    {
        XfrmState outbound = Of(SaPair.Create(transform: SaPair.AesGcm256 with { ExtendedSequenceNumbers = extended })).Outbound();
        Assert.Equal(XfrmLifetime.Unlimited with { SoftPackets = packets }, outbound.Lifetime);
    }

    [Fact]
    public void The_states_of_a_marked_tunnel_take_ESP_without_a_mark_mark_what_they_open_and_clear_the_mark_of_what_they_seal()
    {
        var mark = new XfrmMark(0x100, 0xff00);
        var child = new XfrmChild(SaPair.Create().Left, reqid: 7, card: null, mark: mark);
        foreach (XfrmState inbound in (XfrmState[])[child.Inbound(tellsFirst: true), child.InboundLimits(child.NoKeys())])
            Assert.Equal((null, mark), (inbound.Mark, inbound.OutputMark!.Value));
        Assert.Equal((null, new XfrmMark(0, uint.MaxValue)), (child.Outbound().Mark, child.Outbound().OutputMark!.Value));
    }

    [Fact]
    public void Those_of_others_leave_marks_alone()
    {
        var child = new XfrmChild(SaPair.Create().Left, reqid: 7, card: null);
        Assert.Null(child.Inbound(tellsFirst: false).OutputMark);
        Assert.Null(child.Outbound().OutputMark);
    }

    private static XfrmChild Of(SaPair pair, LinkInfo? card = null) => new(pair.Left, Reqid, card);
}

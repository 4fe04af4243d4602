using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Sizing;

namespace K8sPqTunnel.Dataplane.Tests.Sizing;

public sealed class TunnelSizeTests
{
    [Fact]
    public void Without_IPv6_inside_the_MTU_is_what_fits()
    {
        var size = new TunnelSize(1280, 1218, HasIpv6: false, new SizePolicy());
        Assert.Equal((1218, 1178), (size.Mtu, size.MssOf(IpFamily.V4)));
    }

    [Fact]
    public void IPv6_inside_gets_its_smallest_MTU_also_on_a_narrow_path_and_TCP_segments_that_fit_even_so()
    {
        var size = new TunnelSize(1280, 1218, HasIpv6: true, new SizePolicy());
        Assert.Equal(1280, size.Mtu);
        Assert.Equal((1218, 1280), (size.MtuOf(IpFamily.V4), size.MtuOf(IpFamily.V6)));
        Assert.Equal((1178, 1158), (size.MssOf(IpFamily.V4), size.MssOf(IpFamily.V6)));
    }

    [Fact]
    public void A_set_MTU_holds_and_segments_are_as_small_as_both_want()
    {
        var larger = new TunnelSize(1500, 1438, HasIpv6: false, new SizePolicy { Inner = 1500 });
        Assert.Equal((1500, 1398), (larger.Mtu, larger.MssOf(IpFamily.V4)));
        var smaller = new TunnelSize(1500, 1438, HasIpv6: false, new SizePolicy { Inner = 1300 });
        Assert.Equal((1300, 1260), (smaller.Mtu, smaller.MssOf(IpFamily.V4)));
    }

    [Fact]
    public void A_set_segment_size_is_told_and_none_where_it_is_off()
    {
        Assert.Equal(1360, new TunnelSize(1500, 1438, HasIpv6: true, new SizePolicy { Mss = 1360 }).MssOf(IpFamily.V6));
        Assert.Null(new TunnelSize(1500, 1438, HasIpv6: true, new SizePolicy { ClampsMss = false }).MssOf(IpFamily.V6));
    }
}

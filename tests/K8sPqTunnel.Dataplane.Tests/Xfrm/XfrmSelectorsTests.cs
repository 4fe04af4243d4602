using System.Net;
using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Xfrm;

public sealed class XfrmSelectorsTests
{
    [Theory]
    [InlineData("10.1.0.0", "10.1.255.255", "10.1.0.0/16")]
    [InlineData("0.0.0.0", "255.255.255.255", "0.0.0.0/0")]
    [InlineData("10.0.0.1", "10.0.0.1", "10.0.0.1/32")]
    [InlineData("10.0.0.1", "10.0.0.6", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32")]
    [InlineData("255.255.255.254", "255.255.255.255", "255.255.255.254/31")]
    [InlineData("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0")]
    [InlineData("fd00::ffff", "fd00::1:0", "fd00::ffff/128 fd00::1:0/128")]
    public void A_range_of_addresses_becomes_the_fewest_networks(string start, string end, string networks) =>
        Assert.Equal(networks, string.Join(' ', XfrmSelectors.Networks(new TrafficSelector(IPAddress.Parse(start), IPAddress.Parse(end)))));

    [Fact]
    public void Any_port_needs_no_mask() =>
        Assert.Equal([XfrmPort.Any], XfrmSelectors.Ports(TrafficSelector.Of(IPNetwork.Parse("10.0.0.0/8"))));

    [Fact]
    public void Masked_ports_are_together_exactly_the_range() => Prop.ForAll<ushort, ushort>((one, other) =>
    {
        (ushort first, ushort last) = one < other ? (one, other) : (other, one);
        var selector = new TrafficSelector(IPAddress.Any, IPAddress.Any, 6, first, last);
        XfrmPort[] ports = [.. XfrmSelectors.Ports(selector)];
        for (int port = 0; port <= ushort.MaxValue; port++)
            Assert.Equal(port >= first && port <= last ? 1 : 0, ports.Count(masked => (port & masked.Mask) == masked.Value));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void Only_what_can_meet_is_paired_and_the_protocol_is_that_of_both()
    {
        TrafficSelector ipv4 = TrafficSelector.Of(IPNetwork.Parse("10.1.0.0/16"));
        TrafficSelector ipv6 = TrafficSelector.Of(IPNetwork.Parse("fd00::/16"));
        IPAddress server = IPAddress.Parse("10.2.0.1");
        var web = new TrafficSelector(server, server, 6, 443, 443);
        XfrmSelector only = Assert.Single(XfrmSelectors.Outbound([ipv4, ipv6], [web]));
        Assert.Equal(
            new XfrmSelector(IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.2.0.1/32"), 6, XfrmPort.Any, new XfrmPort(443, 0xffff)), only);
        Assert.Empty(XfrmSelectors.Outbound([web with { Protocol = 17 }], [web]));
    }
}

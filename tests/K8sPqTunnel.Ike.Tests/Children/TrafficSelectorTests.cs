using System.Net;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Tests.Children;

public sealed class TrafficSelectorTests
{
    [Theory]
    [InlineData("10.20.0.0/16")]
    [InlineData("10.20.0.1/32")]
    [InlineData("0.0.0.0/0")]
    [InlineData("2001:db8::/33")]
    public void A_network_reads_as_it_was_written(string network) =>
        Assert.Equal(network, TrafficSelector.Of(IPNetwork.Parse(network)).ToString());

    [Fact]
    public void A_range_that_is_no_network_shows_both_ends() =>
        Assert.Equal("10.0.0.1-10.0.0.6", new TrafficSelector(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.6")).ToString());

    [Fact]
    public void Protocol_and_ports_stand_behind_the_addresses() =>
        Assert.Equal("10.0.0.0/8[6:443]", (TrafficSelector.Of(IPNetwork.Parse("10.0.0.0/8")) with { Protocol = 6, StartPort = 443, EndPort = 443 }).ToString());

    [Fact]
    public void What_two_selectors_share_is_the_smaller_range_and_the_named_protocol()
    {
        TrafficSelector wide = TrafficSelector.Of(IPNetwork.Parse("10.0.0.0/8"));
        TrafficSelector narrow = TrafficSelector.Of(IPNetwork.Parse("10.20.0.0/16")) with { Protocol = 17 };

        Assert.Equal(narrow, wide.Intersect(narrow));
        Assert.Equal(narrow, narrow.Intersect(wide));
        Assert.Null(narrow.Intersect(TrafficSelector.Of(IPNetwork.Parse("10.21.0.0/16"))));
        Assert.Null(narrow.Intersect(wide with { Protocol = 6 }));
    }
}

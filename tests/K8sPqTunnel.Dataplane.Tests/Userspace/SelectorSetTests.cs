using System.Net;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class SelectorSetTests
{
    private static readonly TrafficSelector Network = TrafficSelector.Of(IPNetwork.Parse("10.1.0.0/16"));

    [Theory]
    [InlineData("10.1.0.0", true)]
    [InlineData("10.1.255.255", true)]
    [InlineData("10.0.255.255", false)]
    [InlineData("10.2.0.0", false)]
    public void A_network_covers_its_first_and_last_address_and_no_other(string source, bool covered) =>
        Assert.Equal(covered, new SelectorSet([Network]).CoversSource(Parse(Packets.Make(source, "10.2.0.1"))));

    [Theory]
    [InlineData(80, true)]
    [InlineData(79, false)]
    [InlineData(443, false)]
    public void A_selector_of_a_port_covers_only_that_port(ushort port, bool covered)
    {
        var selectors = new SelectorSet([Network with { Protocol = Packets.Udp, StartPort = 80, EndPort = 80 }]);
        Assert.Equal(covered, selectors.CoversDestination(Parse(Packets.Make("10.2.0.1", "10.1.0.1", destinationPort: port))));
    }

    [Fact]
    public void A_later_fragment_matches_only_a_selector_without_ports()
    {
        InnerHeader fragment = Parse(Packets.Make("10.1.0.1", "10.2.0.1", fragmentOffset: 100));
        Assert.False(fragment.HasPorts);
        Assert.True(new SelectorSet([Network]).CoversSource(fragment));
        Assert.False(new SelectorSet([Network with { StartPort = 0, EndPort = 65534 }]).CoversSource(fragment));
    }

    [Fact]
    public void A_selector_of_another_protocol_or_family_covers_nothing()
    {
        InnerHeader udp = Parse(Packets.Make("10.1.0.1", "10.2.0.1"));
        Assert.False(new SelectorSet([Network with { Protocol = 6 }]).CoversSource(udp));
        Assert.False(new SelectorSet([TrafficSelector.Of(IPNetwork.Parse("::/0"))]).CoversSource(udp));
    }

    [Fact]
    public void Type_and_code_of_ICMP_stand_where_ports_would()
    {
        byte[] echo = Packets.Make("10.2.0.1", "10.1.0.1", protocol: 1, sourcePort: 0x0800);
        var requests = new SelectorSet([Network with { Protocol = 1, StartPort = 0x0800, EndPort = 0x08ff }]);
        Assert.True(requests.CoversDestination(Parse(echo)));
        echo[20] = 0;
        Assert.False(requests.CoversDestination(Parse(echo)));
    }

    private static InnerHeader Parse(byte[] packet)
    {
        Assert.True(InnerHeader.TryParse(packet, out InnerHeader header));
        return header;
    }
}

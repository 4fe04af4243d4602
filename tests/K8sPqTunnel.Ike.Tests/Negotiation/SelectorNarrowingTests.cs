using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;

namespace K8sPqTunnel.Ike.Tests.Negotiation;

public sealed class SelectorNarrowingTests
{
    private static readonly IReadOnlyList<TrafficSelector> Any = [Net("0.0.0.0/0")];

    [Fact]
    public void What_both_have_is_answered_on_each_side()
    {
        SelectorNarrowing narrowed = SelectorNarrowing.Of(
            [Net("10.0.0.0/8")], [Net("192.168.1.0/24"), Net("192.168.9.0/24")], [Net("10.1.0.0/16"), Net("172.16.0.0/12")], [Net("192.168.0.0/21")]);

        Assert.Equal([Net("10.1.0.0/16")], narrowed.Local);
        Assert.Equal([Net("192.168.1.0/24")], narrowed.Remote);
        Assert.False(narrowed.IsEmpty);
    }

    [Fact]
    public void One_side_without_anything_in_common_is_nothing_at_all() =>
        Assert.True(SelectorNarrowing.Of([Net("10.0.0.0/8")], Any, [Net("10.0.0.0/8")], [Net("fd00::/8")]).IsEmpty);

    [Fact]
    [Rfc(7296, "2.9", "The first selectors stay within what the answer is narrowed to")]
    public void A_packet_that_is_named_first_is_within_the_answer()
    {
        TrafficSelector packet = new(IPAddress.Parse("10.1.2.3"), IPAddress.Parse("10.1.2.3"), 6, 443, 443);

        Assert.Equal([packet], SelectorNarrowing.Of([packet], Any, [Net("10.1.0.0/16")], Any).Local);
        // The second contains it, so it says all.
        Assert.Equal([Net("10.1.0.0/16")], SelectorNarrowing.Of([packet, Net("10.1.0.0/16")], Any, [Net("10.0.0.0/8")], Any).Local);
        Assert.Equal([packet, Net("10.9.0.0/16")], SelectorNarrowing.Of([packet, Net("10.9.0.0/16")], Any, [Net("10.0.0.0/8")], Any).Local);
    }

    [Fact]
    public void Protocols_and_ports_are_narrowed_too()
    {
        TrafficSelector udp = Net("10.0.0.0/8") with { Protocol = 17 };
        TrafficSelector dns = Net("10.1.0.0/16") with { StartPort = 53, EndPort = 53 };

        Assert.Equal([Net("10.1.0.0/16") with { Protocol = 17, StartPort = 53, EndPort = 53 }], SelectorNarrowing.Of([udp], Any, [dns], Any).Local);
        Assert.True(SelectorNarrowing.Of([udp], Any, [dns with { Protocol = 6 }], Any).IsEmpty);
    }

    [Fact]
    [Rfc(7296, "2.9", "ADDITIONAL_TS_POSSIBLE says that there is more in common")]
    public void More_than_an_answer_takes_is_cut_and_said()
    {
        List<TrafficSelector> many = [.. Enumerable.Range(0, 100).Select(i => Net($"10.{i}.0.0/24"))];

        SelectorNarrowing narrowed = SelectorNarrowing.Of(many, Any, many, Any);

        Assert.Equal(many.Take(IkeLimits.TrafficSelectors), narrowed.Local);
        Assert.True(narrowed.HasMore);
    }

    private static TrafficSelector Net(string network) => TrafficSelector.Of(IPNetwork.Parse(network));
}

using System.Globalization;
using System.Net;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Kernel.Tests;

public sealed class XfrmAnswerTests : AnswerConformance
{
    public XfrmAnswerTests() => KernelWithEsp.Require();

    private protected override IGatewayKind Kind { get; } = new XfrmGateways();

    [Theory]
    [InlineData("10.2.0.1", "10.1.255.9")]
    [InlineData("fd00:2::1", "fd00:1:0:ffff::9")]
    public async Task Where_selectors_choose_the_packets_a_reply_comes_back_although_no_selector_covers_it(string from, string to)
    {
        const int checks = 20;
        await using var net = new TwoGateways(Kind, innerIpv6: true, answers: [IPAddress.Parse(to)]);
        net.Establish();
        // The peer has a policy for what it sends, and one SA; ours would not take such a packet for what it is.
        string reqid = new TunnelNames("right").Reqid.ToString(CultureInfo.InvariantCulture);
        net.Right.Shell($"ip xfrm policy add src {to} dst {from} dir out tmpl src 192.0.2.2 dst 192.0.2.1 proto esp reqid {reqid} mode tunnel");
        LeadOut(net, "via 192.0.2.1", "via 2001:db8::1");
        Assert.Equal(checks, Return(net, from, to, checks, TimeSpan.FromSeconds(10)));
        Assert.Equal(checks, net.Left.Run(net.LeftPlane.ReadCounters).ProbesAnswered);
    }

    [Fact]
    public async Task Two_ends_that_answer_for_one_address_send_a_reply_back_once_and_not_for_ever()
    {
        IPAddress shared = IPAddress.Parse("10.1.255.9");
        await using var net = new TwoGateways(
            Kind, leftRouted: new RoutedTraffic { Routes = [new TunnelRoute(IPNetwork.Parse("10.2.0.0/16"))] },
            rightRouted: new RoutedTraffic { Routes = [new TunnelRoute(IPNetwork.Parse("10.1.0.0/16"))] }, answers: [shared], rightAnswers: [shared]);
        string device = $"dev {net.RightPlane.InterfaceName}";
        LeadOut(net, device, device);
        // What begins here is no answer of this end, whose time to live would say so.
        net.Right.Shell("nft 'add table ip trial; add chain ip trial out { type filter hook postrouting priority 0; }; add rule ip trial out ip ttl 191 meta mark != 0 ip ttl set 64'");
        net.Establish();
        Assert.Equal(0, Return(net, "10.9.0.1", "10.1.255.9", 1, TimeSpan.FromMilliseconds(300)));
        net.Right.Shell("ping -c 2 -i 0.1 -W 10 -I 10.2.0.1 10.1.0.2");
        Assert.Equal((1, 1), (net.Left.Run(net.LeftPlane.ReadCounters).ProbesAnswered, net.Right.Run(net.RightPlane.ReadCounters).ProbesAnswered));
    }

    [Fact]
    public void A_kernel_that_is_told_not_to_answer_says_so_in_one_sentence()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        IPAddress[] answers = [IPAddress.Parse("10.1.255.9"), IPAddress.Parse("fd00:1::9")];
        Assert.Null(space.Run(() => AnswerTrial.WhyNot(answers)));
        Assert.DoesNotContain("pqttrial", space.Shell("nft list tables"), StringComparison.Ordinal);
        space.Shell("echo 1 > /proc/sys/net/ipv6/icmp/echo_ignore_all");
        Assert.Equal("the kernel answers no health checks of spec.probe.answer while net.ipv6.icmp.echo_ignore_all is 1: set it to 0", space.Run(() => AnswerTrial.WhyNot(answers)));
        Assert.Null(space.Run(() => AnswerTrial.WhyNot(answers[..1])));
    }
}

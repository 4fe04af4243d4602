using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>What every data plane does for tunnels between the same networks that are told apart by the packets' marks.</summary>
/// <remarks>Reverse path filtering is strict, and the main table leads the networks past the tunnels: what they don't take shows in clear.</remarks>
public abstract class MarkConformance
{
    /// <summary>In the tests: 322 is 0x142, 578 is 0x242, 768 is 0x300.</summary>
    private static readonly PacketMark First = new(0x100, 0xff00);
    private static readonly PacketMark Second = new(0x200, 0xff00);
    private const byte Icmp = 1;
    private const uint FirstLeft = 0xc0000201, SecondLeft = 0xc000020b;   // 192.0.2.1 and 192.0.2.11
    private const uint FirstRight = 0xc0000202, SecondRight = 0xc000020c;

    private const string Reflect = "sysctl -q -w net.ipv4.fwmark_reflect=1 net.ipv6.fwmark_reflect=1";

    private protected abstract IGatewayKind Kind { get; }

    [Theory]
    [InlineData("10.1.0.1", "10.2.0.1")]
    [InlineData("fd00:1::1", "fd00:2::1")]
    public async Task Each_of_two_tunnels_between_the_same_networks_carries_the_packets_with_its_mark_and_their_answers(string left, string right)
    {
        await using TwoGateways net = Make();
        net.AddTunnel(Second);
        net.Establish();
        using var wire = new OuterWire(net);

        net.Left.Shell($"ping -m 322 -c 2 -i 0.1 -W 10 -I {left} {right}");
        AssertOnly(wire, FirstLeft, FirstRight, packets: 4);
        net.Left.Shell($"ping -m 578 -c 2 -i 0.1 -W 10 -I {left} {right}");
        AssertOnly(wire, SecondLeft, SecondRight, packets: 4);

        net.Right.Shell($"ping -m 256 -c 2 -i 0.1 -W 10 -I {right} {left}");
        AssertOnly(wire, FirstRight, FirstLeft, packets: 4);
        net.Right.Shell($"ping -m 512 -c 2 -i 0.1 -W 10 -I {right} {left}");
        AssertOnly(wire, SecondRight, SecondLeft, packets: 4);
    }

    [Theory]
    [InlineData("", "10.1.0.2", "10.2.0.1")]
    [InlineData("-6", "fd00:1::2", "fd00:2::1")]
    public async Task What_others_send_is_marked_before_it_is_routed(string family, string workload, string right)
    {
        await using TwoGateways net = Make();
        net.AddTunnel(Second);
        net.Establish();
        using var wire = new OuterWire(net);
        net.Workload.Shell($"ping {family} -Q 0x20 -c 2 -i 0.1 -W 10 {right}");
        AssertOnly(wire, FirstLeft, FirstRight, packets: 4);
        net.Workload.Shell($"ping {family} -Q 0x40 -c 2 -i 0.1 -W 10 {right}");
        AssertOnly(wire, SecondLeft, SecondRight, packets: 4);
        // An answer has the DSCP of the question.
        net.Right.Shell($"ping {family} -m 512 -Q 0x40 -c 2 -i 0.1 -W 10 -I {right} {workload}");
        AssertOnly(wire, SecondRight, SecondLeft, packets: 4);
    }

    [Theory]
    [InlineData("ip", "10.1.0.1", "10.2.0.1")]
    [InlineData("ip6", "fd00:1::1", "fd00:2::1")]
    public async Task What_this_host_sends_may_be_marked_on_its_way_out_and_is_routed_anew(string family, string left, string right)
    {
        await using TwoGateways net = Make();
        net.AddTunnel(Second);
        net.Establish();
        net.Left.Shell($"nft 'add chain {family} marks leaving {{ type route hook output priority -150; }}; add rule {family} marks leaving {family} daddr {right} meta mark set 0x200'");
        using var wire = new OuterWire(net);
        net.Left.Shell($"ping -c 2 -i 0.1 -W 10 -I {left} {right}");
        AssertOnly(wire, SecondLeft, SecondRight, packets: 4);
    }

    [Theory]
    [InlineData("10.1.0.2", "10.2.0.1")]
    [InlineData("10.1.0.1", "10.2.0.1")]
    [InlineData("fd00:1::2", "fd00:2::1")]
    [InlineData("fd00:1::1", "fd00:2::1")]
    public async Task Whoever_answers_without_a_mark_is_given_that_of_the_connection(string asked, string right)
    {
        await using TwoGateways net = Make();
        RememberMarks(net);
        net.AddTunnel(Second);
        net.Establish();
        using var wire = new OuterWire(net);
        net.Right.Shell($"ping -m 512 -c 2 -i 0.1 -W 10 -I {right} {asked}");
        AssertOnly(wire, SecondRight, SecondLeft, packets: 4);
        net.Right.Shell($"ping -m 256 -c 2 -i 0.1 -W 10 -I {right} {asked}");
        AssertOnly(wire, FirstRight, FirstLeft, packets: 4);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-m 1")]
    [InlineData("-m 768")]
    public async Task Packets_without_the_mark_are_nobodys_and_go_where_the_routes_say(string mark)
    {
        await using TwoGateways net = Make();
        net.Establish();
        using var wire = new OuterWire(net);
        net.Left.Shell($"ping {mark} -c 2 -i 0.1 -W 10 -I 10.1.0.1 10.2.0.1");
        List<InnerHeader> seen = wire.Take();
        Assert.Equal(4, seen.Count);
        Assert.All(seen, header => Assert.Equal(Icmp, header.Protocol));
    }

    [Fact]
    public async Task Packets_with_the_mark_are_never_clear_without_SAs_when_the_process_dies_and_when_its_successor_takes_over()
    {
        await using TwoGateways net = Make();
        GatewayEnd second = net.AddTunnel(Second);
        using var wire = new OuterWire(net);
        int waiting = net.LeftEnd.Signals.Waiting;
        net.Left.TryShell("ping -m 256 -c 2 -i 0.1 -W 0.3 -I 10.1.0.1 10.2.0.1; ping -6 -m 256 -c 1 -W 0.3 -I fd00:1::1 fd00:2::1");
        net.Workload.TryShell("ping -Q 0x20 -c 1 -W 0.3 10.2.0.1");
        Assert.Empty(wire.Take());
        // That the first packet waits is told to its tunnel, and not to the other.
        await Eventually.IsTrue(() => net.LeftEnd.Signals.Waiting > waiting);
        Assert.Equal(0, second.Signals.Waiting);

        net.Establish();
        net.Left.Shell("ping -m 256 -c 1 -W 10 -I 10.1.0.1 10.2.0.1");
        await net.KillLeftAsync();
        net.Left.TryShell("ping -m 256 -c 2 -i 0.1 -W 0.3 -I 10.1.0.1 10.2.0.1; ping -6 -m 256 -c 1 -W 0.3 -I fd00:1::1 fd00:2::1");
        net.Workload.TryShell("ping -Q 0x20 -c 1 -W 0.3 10.2.0.1");
        net.RestartLeft();
        Assert.False(net.LeftPlane.GuardIsOurs);
        Assert.Equal(net.LeftPlane.Kind == DataplaneKind.Xfrm, net.LeftPlane.SendsByInherited);
        net.Left.TryShell("ping -m 256 -c 1 -W 0.3 -I 10.1.0.1 10.2.0.1");
        net.Establish(spi: 0x3000);
        Assert.False(net.LeftPlane.SendsByInherited);
        net.Left.Shell("ping -m 256 -c 2 -i 0.1 -W 10 -I 10.1.0.1 10.2.0.1");
        net.Left.Run(() => second.Plane.Unguard());
        net.Left.Shell("ping -m 256 -c 1 -W 10 -I 10.1.0.1 10.2.0.1");
        Assert.All(wire.Take(), header => Assert.Equal((Packets.Udp, 4500), (header.Protocol, header.DestinationPort)));

        net.Left.Run(net.LeftPlane.Unguard);
        Assert.DoesNotContain("pqt", net.Left.Shell("nft list ruleset; ip rule; ip -6 rule; ip xfrm policy; ip xfrm state"), StringComparison.Ordinal);
        Assert.DoesNotContain("fwmark", net.Left.Shell("ip rule; ip -6 rule"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_out_sealed_has_no_mark_so_that_no_rule_leads_it_into_a_tunnel()
    {
        await using var net = new TwoGateways(Kind, withOuterAddresses: true, mark: First);
        net.Left.Shell("nft 'add table ip seen; add chain ip seen out { type filter hook postrouting priority 300; }; "
            + "add rule ip seen out udp dport 4500 meta mark != 0 counter; add rule ip seen out udp dport 4500 meta mark 0 counter'");
        net.Right.Shell("sysctl -q -w net.ipv4.fwmark_reflect=1");
        net.Establish();
        net.Left.Shell("ping -m 322 -c 2 -i 0.1 -W 10 192.0.2.2; ping -m 322 -c 2 -i 0.1 -W 10 -I 10.1.0.1 10.2.0.1");
        string counts = net.Left.Shell("nft list table ip seen");
        Assert.Contains("counter packets 0 ", counts, StringComparison.Ordinal);
        Assert.Contains("counter packets 4 ", counts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_in_clear_with_the_mark_is_dropped_and_without_it_is_not_ours()
    {
        await using TwoGateways net = Make();
        net.Establish();
        net.Right.Run(net.RightPlane.Unguard);
        net.Right.Shell("ping -c 1 -W 10 -I 10.2.0.1 10.1.0.1; ping -c 1 -W 10 -I 10.2.0.1 10.1.0.2");
        net.Left.Shell("nft add rule ip marks arriving iifname wan0 ip saddr 10.2.0.0/16 meta mark set 0x100");
        using var inside = new WireCapture(net.Workload, "eth0");
        Assert.NotEqual(0, net.Right.TryShell("ping -c 2 -i 0.1 -W 0.3 -I 10.2.0.1 10.1.0.1").Status);
        Assert.NotEqual(0, net.Right.TryShell("ping -c 2 -i 0.1 -W 0.3 -I 10.2.0.1 10.1.0.2").Status);
        Assert.Empty(inside.Take());
    }

    [Fact]
    public async Task Only_marked_connections_are_told_what_fits()
    {
        await using TwoGateways net = Make();
        net.Establish();
        string rules = net.Left.Shell("nft list ruleset");
        Assert.Contains("maxseg size set", rules, StringComparison.Ordinal);
        if (net.LeftPlane.InterfaceName is null)
            Assert.Contains("meta mark & 0x0000ff00 == 0x00000100 ip saddr 10.1.0.0/16 jump towards_remote", rules, StringComparison.Ordinal);
    }

    /// <summary>The left gateway marks what others send by its DSCP. Both answer for themselves with the mark that they were asked with.</summary>
    private TwoGateways Make()
    {
        var net = new TwoGateways(Kind, innerIpv6: true, mark: First);
        foreach (string family in (string[])["ip", "ip6"])
        {
            net.Left.Shell($"nft 'add table {family} marks; add chain {family} marks arriving {{ type filter hook prerouting priority -150; }}; "
                + $"add rule {family} marks arriving iifname lan0 {family} dscp cs1 meta mark set 0x100; add rule {family} marks arriving iifname lan0 {family} dscp cs2 meta mark set 0x200'");
        }
        net.Left.Shell($"ip route add 10.2.0.0/16 via 192.0.2.2; ip -6 route add fd00:2::/48 via 2001:db8::2; {Reflect}");
        net.Right.Shell($"ip route add 10.1.0.0/16 via 192.0.2.1; ip -6 route add fd00:1::/48 via 2001:db8::1; {Reflect}");
        return net;
    }

    /// <summary>Has the left gateway give answers the mark of the connection.</summary>
    private static void RememberMarks(TwoGateways net)
    {
        net.Left.Shell("sysctl -q -w net.ipv4.fwmark_reflect=0 net.ipv6.fwmark_reflect=0");
        foreach (string family in (string[])["ip", "ip6"])
        {
            (int status, string output) = net.Left.TryShell($"nft 'add rule {family} marks arriving meta mark 0 meta mark set ct mark; "
                + $"add rule {family} marks arriving meta mark != 0 ct mark set meta mark; "
                + $"add chain {family} marks leaving {{ type route hook output priority -150; }}; add rule {family} marks leaving meta mark 0 meta mark set ct mark'");
            if (status != 0 && output.Contains("No such file or directory", StringComparison.Ordinal) || output.Contains("not supported", StringComparison.Ordinal))
                Assert.Skip("this kernel has no marks of connections (CONFIG_NFT_CT, CONFIG_NF_CONNTRACK_MARK)");
            Assert.True(status == 0, output);
        }
    }

    private static void AssertOnly(OuterWire wire, uint asks, uint answers, int packets)
    {
        List<InnerHeader> seen = wire.Take();
        Assert.All(seen, header => Assert.Equal((Packets.Udp, 4500), (header.Protocol, header.DestinationPort)));
        Assert.Equal((packets / 2, packets / 2), (seen.Count(header => header.Source == asks), seen.Count(header => header.Source == answers)));
        Assert.Equal(packets, seen.Count);
    }
}

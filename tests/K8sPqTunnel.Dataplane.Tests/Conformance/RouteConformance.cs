using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>What every data plane does for a tunnel whose packets are routed into it, with SAs for all addresses.</summary>
public abstract class RouteConformance
{
    /// <summary>As a provider's tunnel has it: a network of two addresses, and the networks behind the other end.</summary>
    private static readonly RoutedTraffic Left = new()
    {
        InterfaceName = "cf0",
        Addresses = [Address("169.254.240.1/31"), Address("fd00:f::1/127")],
        Routes = [Route("10.2.0.0/16"), Route("fd00:2::/48")],
    };

    private static readonly RoutedTraffic Right = new()
    {
        Addresses = [Address("169.254.240.0/31"), Address("fd00:f::/127")],
        Routes = [Route("10.1.0.0/16"), Route("fd00:1::/48")],
    };

    private protected abstract IGatewayKind Kind { get; }

    [Fact]
    public async Task What_is_routed_passes_by_the_interface_with_its_address_and_nothing_in_clear()
    {
        await using var net = new TwoGateways(Kind, leftRouted: Left, rightRouted: Right);
        net.Left.Shell("ip route add default via 192.0.2.2; ip -6 route add default via 2001:db8::2");
        using var wire = new OuterWire(net);
        Assert.Equal("cf0", net.LeftPlane.InterfaceName);
        Assert.NotEqual(0, net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1").Status);
        Assert.NotEqual(0, net.Left.TryShell("ping -c 1 -W 0.3 169.254.240.0").Status);
        Assert.Empty(wire.Take());

        SaPair sas = net.Establish();
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1; ping -6 -c 1 -W 10 fd00:2::1");
        net.Left.Shell("ping -c 1 -W 10 169.254.240.0; ping -6 -c 1 -W 10 fd00:f::; ping -c 1 -W 10 10.2.0.1");
        net.Right.Shell("ping -c 1 -W 10 169.254.240.1; ping -c 1 -W 10 -I 10.2.0.1 10.1.0.2");
        Assert.Contains("src 169.254.240.1", net.Left.Shell("ip route get 10.2.0.1"));
        AssertOnlyEspInUdp(wire, atLeast: 16);

        net.Left.Run(() => net.LeftPlane.Remove(sas.Left));
        Assert.NotEqual(0, net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1").Status);
        Assert.NotEqual(0, net.Workload.TryShell("ping -6 -c 1 -W 0.3 fd00:2::1").Status);
        Assert.Empty(wire.Take());
    }

    [Fact]
    public async Task Nothing_passes_in_clear_when_the_process_dies_and_its_successor_takes_over()
    {
        await using var net = new TwoGateways(Kind, leftRouted: Left, rightRouted: Right);
        net.Left.Shell("ip route add default via 192.0.2.2; ip -6 route add default via 2001:db8::2");
        net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        using var wire = new OuterWire(net);
        await net.KillLeftAsync();
        net.Workload.TryShell("ping -c 2 -i 0.1 -W 0.3 10.2.0.1; ping -6 -c 1 -W 0.3 fd00:2::1");
        net.Left.TryShell("ping -c 1 -W 0.3 10.2.0.1; ping -c 1 -W 0.3 169.254.240.0");
        net.RestartLeft();
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        net.Establish(spi: 0x3000);
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1; ping -6 -c 1 -W 10 fd00:2::1");
        AssertOnlyEspInUdp(wire, atLeast: 6);
    }

    [Theory]
    [InlineData(EspCarrier.Udp)]
    [InlineData(EspCarrier.Ip)]
    public async Task Interface_routes_and_what_TCP_is_told_follow_the_path_and_what_carries_ESP(EspCarrier carrier)
    {
        await using var net = new TwoGateways(Kind, leftRouted: Left, rightRouted: Right);
        net.Establish(udpEncapsulation: carrier == EspCarrier.Udp);
        foreach (int path in (int[])[1500, 1400, 1300, 1500])
        {
            net.Left.Run(() => net.LeftPlane.FollowPath(path));
            int fitting = PathMtu.Inner(path, carrier);
            // IPv6 is routed too, and takes no less than 1,280.
            Assert.Contains($"mtu {Math.Max(fitting, PathMtu.SmallestOfIpv6)} ", net.Left.Shell("ip link show cf0"));
            Assert.Contains($"mtu {fitting} advmss {fitting - 40}", net.Left.Shell("ip route show table all to 10.2.0.0/16 type unicast"));
            Assert.Contains($"mtu {Math.Max(fitting, PathMtu.SmallestOfIpv6)} advmss {fitting - 60}", net.Left.Shell("ip -6 route show table all to fd00:2::/48 type unicast"));
            string told = net.Left.Shell("nft list ruleset");
            Assert.Contains($"maxseg size set {fitting - 40}", told);
            Assert.Contains($"maxseg size set {fitting - 60}", told);
        }
    }

    [Fact]
    public async Task What_is_routed_and_no_SA_carries_is_counted()
    {
        await using var net = new TwoGateways(Kind, leftRouted: Left, rightRouted: Right);
        net.Workload.TryShell("ping -c 3 -i 0.1 -W 0.3 10.2.0.1; ping -6 -c 2 -i 0.1 -W 0.3 fd00:2::1");
        net.Left.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        Assert.Equal(6, BlockedAt(net));
        SaPair sas = net.Establish();
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        Assert.Equal(6, BlockedAt(net));
        net.Left.Run(() => net.LeftPlane.Remove(sas.Left));
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        Assert.Equal(7, BlockedAt(net));

        // A successor counts from its own start, also where it takes the interface over.
        await net.KillLeftAsync();
        net.RestartLeft();
        Assert.Equal(0, BlockedAt(net));
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        Assert.Equal(1, BlockedAt(net));
    }

    [Fact]
    public async Task What_other_hosts_send_while_the_interface_is_down_is_counted_where_the_kernel_can()
    {
        RoutedTraffic all = new() { Addresses = Left.Addresses, Routes = [.. Left.Routes, Route("0.0.0.0/0")], Rules = [new TunnelRule(From: IPNetwork.Parse("10.1.0.0/16")), new TunnelRule(From: IPNetwork.Parse("fd00:1::/48"))] };
        await using var net = new TwoGateways(Kind, leftRouted: all, rightRouted: Right);
        net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1; ping -c 1 -W 10 10.1.0.1");
        Assert.Equal(0, BlockedAt(net));
        if (net.Left.TryShell("nft add table ip trial; nft add chain ip trial asked; nft add rule ip trial asked fib daddr oif missing counter").Status != 0)
            Assert.Skip("this kernel has no CONFIG_NFT_FIB, by which packets without a route are counted");
        net.Left.Shell($"ip link set {net.LeftPlane.InterfaceName} down; ip route add default via 192.0.2.2");
        net.Workload.TryShell("ping -c 2 -i 0.1 -W 0.3 10.2.0.1; ping -c 1 -W 0.3 10.9.0.1; ping -6 -c 1 -W 0.3 fd00:2::1");
        net.Workload.Shell("ping -c 1 -W 10 10.1.0.1");
        Assert.Equal(4, BlockedAt(net));
    }

    [Fact]
    public async Task While_the_interface_is_down_what_is_routed_goes_nowhere_else()
    {
        await using var net = new TwoGateways(Kind, leftRouted: Left, rightRouted: Right);
        net.Establish();
        net.Left.Shell("ip route add default via 192.0.2.2; ip -6 route add default via 2001:db8::2; ip link set cf0 down");
        using var wire = new OuterWire(net);
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1; ping -6 -c 1 -W 0.3 fd00:2::1");
        net.Left.TryShell("ping -c 1 -W 0.3 169.254.240.0");
        Assert.Empty(wire.Take());
        net.Workload.TryShell("ping -c 1 -W 0.3 10.9.0.1");               // What is not routed does go out.
        Assert.NotEmpty(wire.Take());
    }

    [Fact]
    public async Task A_default_route_takes_the_packets_of_its_rules_and_leaves_the_hosts_own_networks_and_IKE_alone()
    {
        RoutedTraffic all = new() { Addresses = Left.Addresses, Routes = [Route("0.0.0.0/0")] };
        await using var net = new TwoGateways(Kind, leftRouted: all with { Rules = [new TunnelRule(From: IPNetwork.Parse("10.1.0.0/16"))] }, rightRouted: Right);
        net.Left.Shell("ip route add default via 192.0.2.2");
        net.Right.Shell("ip addr add 10.9.0.1/32 dev lo");
        net.Establish();
        using var wire = new OuterWire(net);
        net.Workload.Shell("ping -c 1 -W 10 10.9.0.1; ping -c 1 -W 10 10.1.0.1");
        AssertOnlyEspInUdp(wire, atLeast: 2);
        net.Left.TryShell("ping -c 1 -W 0.3 10.9.0.1");                   // From 192.0.2.1: no rule is for it.
        Assert.Contains(wire.Take(), packet => packet.Protocol == Icmp);
        net.Left.Shell("ip link set dev $(ip -o link | grep -o 'pqt[0-9a-f]*') down");
        net.Workload.TryShell("ping -c 1 -W 0.3 10.9.0.1");
        Assert.Empty(wire.Take());
        net.Workload.Shell("ping -c 1 -W 10 10.1.0.1");
    }

    [Fact]
    public async Task A_default_route_for_the_whole_host_leads_neither_ESP_nor_IKE_into_itself()
    {
        RoutedTraffic all = new() { Addresses = Left.Addresses, Routes = [Route("0.0.0.0/0"), Route("192.0.2.0/24")] };
        await using var net = new TwoGateways(Kind, withOuterAddresses: true, leftRouted: all, rightRouted: Right);
        net.Establish();
        using var wire = new OuterWire(net);
        net.Left.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        Assert.Equal(4, wire.Take().Count);
        Assert.Contains("dev wan0", net.Left.Shell("ip route get 192.0.2.2 ipproto udp sport 500 dport 500"));
        Assert.DoesNotContain("dev wan0", net.Left.Shell("ip route get 192.0.2.77"));
    }

    [Fact]
    public async Task Two_tunnels_for_all_addresses_stand_side_by_side_and_carry_each_its_own()
    {
        await using var net = new TwoGateways(Kind,
            leftRouted: new() { Routes = [Route("0.0.0.0/0")], Rules = [new TunnelRule(To: IPNetwork.Parse("10.2.0.0/16"))] },
            rightRouted: new() { Routes = [Route("10.1.0.0/16")], Rules = [new TunnelRule(From: IPNetwork.Parse("10.2.0.0/16"))] });
        net.Establish();
        net.Right.Shell("ip addr add 10.3.0.1/32 dev lo");
        GatewayEnd second = net.AddTunnel(
            leftRouted: new() { Routes = [Route("0.0.0.0/0")], Rules = [new TunnelRule(To: IPNetwork.Parse("10.3.0.0/16"))] },
            rightRouted: new() { Routes = [Route("10.1.0.0/16")], Rules = [new TunnelRule(From: IPNetwork.Parse("10.3.0.0/16"))] });
        using var wire = new OuterWire(net);
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1; ping -c 2 -i 0.1 -W 10 10.3.0.1");
        AssertOnlyEspInUdp(wire, atLeast: 6);
        Assert.Equal(1, net.Left.Run(net.LeftPlane.ReadCounters).OutboundPackets);
        Assert.Equal(2, net.Left.Run(second.Plane.ReadCounters).OutboundPackets);

        net.Left.Run(net.LeftPlane.Unguard);
        net.Workload.Shell("ping -c 1 -W 10 10.3.0.1");
    }

    [Fact]
    public async Task Of_two_tunnels_with_the_same_default_rule_the_one_that_stays_keeps_it()
    {
        RoutedTraffic all = new() { Routes = [Route("0.0.0.0/0")] };
        await using var net = new TwoGateways(Kind, leftRouted: all, rightRouted: Right);
        net.Establish();
        string alone = net.Left.Shell("ip rule");
        GatewayEnd second = net.AddTunnel(leftRouted: all, rightRouted: all);
        net.Left.Run(second.Plane.Unguard);
        Assert.Equal(alone, net.Left.Shell("ip rule"));
        net.Workload.Shell("ping -c 1 -W 10 10.1.0.1; ping -c 1 -W 10 10.2.0.1");
        net.Left.Run(net.LeftPlane.Unguard);
        Assert.DoesNotContain("197", net.Left.Shell("ip -N -d rule"));
    }

    [Fact]
    public async Task Of_two_tunnels_to_one_network_the_better_metric_carries_and_the_other_takes_over_while_it_has_no_SA()
    {
        static RoutedTraffic Preferred(uint metric) => new() { Routes = [Route("10.2.0.0/16", metric, table: 77)] };
        await using var net = new TwoGateways(Kind, leftRouted: Preferred(100), rightRouted: Right);
        net.Left.Shell("ip rule add to 10.2.0.0/16 table 77 priority 500; ip route add default via 192.0.2.2");
        GatewayEnd second = net.AddTunnel(leftRouted: Preferred(200), rightRouted: new() { Routes = [Route("10.9.0.0/16")] });
        // Answers come by the first tunnel or by the second: the right gateway's routes need not follow for what is asked here.
        using var wire = new OuterWire(net);
        await AssertSentByAsync(net, second, 0, 1);   // the first has no SA yet

        SaPair sas = net.Establish();
        await AssertSentByAsync(net, second, 1, 0);
        net.Left.Run(() => net.LeftPlane.Remove(sas.Left));
        await AssertSentByAsync(net, second, 0, 1);   // the first has lost its SA
        sas = net.Establish(spi: 0x3000);
        await AssertSentByAsync(net, second, 1, 0);   // the first has an SA again

        net.Left.Run(() => net.LeftPlane.Remove(sas.Left));
        net.Left.Run(second.Plane.Unguard);
        await AssertSentByAsync(net, second, 0, 0);
        Assert.All(wire.Take(), header => Assert.Equal(Packets.Udp, header.Protocol));
        net.Left.Run(net.LeftPlane.Unguard);
        Assert.Equal("", net.Left.Shell("ip route show table 77").Trim());
    }

    [Fact]
    public async Task Of_routes_in_a_table_of_others_the_better_metric_counts_and_without_its_interface_nothing_leaks()
    {
        await using var net = new TwoGateways(Kind, leftRouted: Left with { Routes = [Route("10.2.0.0/16", metric: 200, table: 77)] }, rightRouted: Right);
        net.Left.Shell("ip rule add to 10.2.0.0/16 table 77 priority 500; ip route add default via 192.0.2.2");
        net.Establish();
        using var wire = new OuterWire(net);
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        AssertOnlyEspInUdp(wire, atLeast: 2);
        net.Left.Shell("ip link set cf0 down");
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        Assert.Empty(wire.Take());
        // Another's better route wins, and is left alone.
        net.Left.Shell("ip route add 10.2.0.0/16 via 192.0.2.2 metric 100 table 77");
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        Assert.NotEmpty(wire.Take());
        net.Left.Run(net.LeftPlane.Unguard);
        Assert.Equal("10.2.0.0/16 via 192.0.2.2 dev wan0 metric 100", net.Left.Shell("ip route show table 77").Trim());
    }

    [Fact]
    public async Task A_route_of_others_with_the_same_metric_is_left_alone_and_named()
    {
        await using var net = new TwoGateways(Kind, leftRouted: Left, rightRouted: Right);
        net.Left.Run(net.LeftPlane.Unguard);
        net.Left.Shell("ip route add 10.2.0.0/16 via 192.0.2.2 metric 100 table 77");
        await using GatewayEnd other = Kind.Open(net.Left, new TunnelPolicy("other", TwoGateways.Everything, TwoGateways.Everything)
        {
            Routed = new() { Routes = [Route("10.2.0.0/16", metric: 100, table: 77)] },
        }, IPAddress.Parse("127.0.0.1"));
        var refused = Assert.Throws<NetlinkException>(() => net.Left.Run(other.Plane.Guard));
        Assert.Contains("10.2.0.0/16", refused.Message);
        Assert.Contains("metric", refused.Message);
        net.Left.Run(other.Plane.Unguard);
        Assert.Equal("10.2.0.0/16 via 192.0.2.2 dev wan0 metric 100", net.Left.Shell("ip route show table 77").Trim());
    }

    [Fact]
    public async Task A_tunnel_that_has_changed_leaves_nothing_of_before()
    {
        await using var net = new TwoGateways(Kind, leftRouted: Left with { Routes = [Route("10.7.0.0/16"), Route("10.8.0.0/16", table: 77)] }, rightRouted: Right);
        await net.KillLeftAsync();
        net.RestartLeft(Left with { InterfaceName = "cf1", Addresses = [Address("169.254.250.1/31")] });
        string now = Snapshot(net.Left);
        Assert.DoesNotContain("10.7.0.0", now);
        Assert.DoesNotContain("10.8.0.0", now);
        Assert.DoesNotContain("cf0", now);
        Assert.DoesNotContain("169.254.240", now);
        net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");

        await net.KillLeftAsync();
        net.RestartLeft(routed: null);
        now = Snapshot(net.Left);
        Assert.DoesNotContain("cf1", now);
        Assert.DoesNotContain("169.254.250", now);
    }

    [Fact]
    public async Task Unguarding_leaves_the_kernel_as_it_was_and_others_entries_alone()
    {
        await using var net = new TwoGateways(Kind,
            leftRouted: Left with { Routes = [.. Left.Routes, Route("0.0.0.0/0"), Route("::/0"), Route("10.5.0.0/16", table: 77)] }, rightRouted: Right);
        net.Left.Run(net.LeftPlane.Unguard);
        net.Left.Shell("ip rule add from 172.16.0.0/16 table 77; ip route add unreachable 10.5.0.0/16 table 77 metric 5; ip xfrm policy add src 172.16.0.0/16 dst 172.17.0.0/16 dir out action block priority 9 || true");
        string before = Snapshot(net.Left);
        net.Left.Run(net.LeftPlane.Guard);
        Assert.NotEqual(before, Snapshot(net.Left));
        net.Left.Run(net.LeftPlane.Guard);
        net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        net.Left.Run(net.LeftPlane.Unguard);
        Assert.Equal(before, Snapshot(net.Left));
    }

    private const byte Icmp = 1;

    /// <summary>One packet that the workload sends is sent so often by the first tunnel and so often by the second.</summary>
    private static async Task AssertSentByAsync(TwoGateways net, GatewayEnd second, long byFirst, long bySecond)
    {
        (long First, long Second) Sent() =>
            (net.Left.Run(net.LeftPlane.ReadCounters).OutboundPackets, net.Left.Run(second.Plane.ReadCounters).OutboundPackets);
        (long first, long other) = Sent();
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        // What has been sent is counted afterwards: an answer may be quicker.
        if (byFirst + bySecond > 0)
            await Eventually.IsTrue(() => Sent() != (first, other));
        Assert.Equal((first + byFirst, other + bySecond), Sent());
    }

    /// <summary>What the left gateway has counted of packets outward that no SA carried.</summary>
    private static long BlockedAt(TwoGateways net)
    {
        IReadOnlyDictionary<string, long> drops = net.Left.Run(net.LeftPlane.ReadCounters).Drops;
        return drops.GetValueOrDefault("XfrmOutPolBlock") + drops.GetValueOrDefault("XfrmOutNoStates");
    }

    private static TunnelRoute Route(string to, uint metric = TunnelRoute.UsualMetric, uint? table = null) => new(IPNetwork.Parse(to), metric, table);

    private static InterfaceAddress Address(string text)
    {
        string[] parts = text.Split('/');
        return new InterfaceAddress(IPAddress.Parse(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static string Snapshot(NetworkNamespace space) => space.Shell(
        "ip rule; ip -6 rule; ip -o link | grep -o '^[0-9]*: [^:]*'; ip -o addr | grep -v fe80 | sed 's/ valid_lft.*//'; "
        + "for family in 4 6; do ip -$family route show table all | grep -v '^multicast\\|^fe80\\|^ff00\\|anycast'; done; nft list ruleset; ip -o xfrm policy; ip -o xfrm state; true");

    private static void AssertOnlyEspInUdp(OuterWire wire, int atLeast)
    {
        List<InnerHeader> seen = wire.Take();
        Assert.True(seen.Count >= atLeast, $"{seen.Count} packets");
        Assert.All(seen, header => Assert.Equal((Packets.Udp, 4500, 4500), (header.Protocol, header.SourcePort, header.DestinationPort)));
    }
}

using System.Net;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

public sealed class Ipv6Tests
{
    private const byte IcmpV6 = 58;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pings_of_both_families_cross_one_tunnel_over_either_and_nothing_is_seen_in_clear(bool outerIpv6)
    {
        await using var net = new TwoGateways(outerIpv6: outerIpv6, innerIpv6: true);
        using var wire = new WireCapture(net.Right, "wan0", outerIpv6);
        using var clear = new WireCapture(net.Right, "wan0", ipv6: true);
        Assert.NotEqual(0, net.Workload.TryShell("ping -c 1 -W 0.3 fd00:2::1").Status);
        await Eventually.IsTrue(() => net.Left.Run(net.LeftPlane.ReadCounters).Drops["XfrmOutNoStates"] == 1);
        net.Establish();

        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 fd00:2::1");
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        net.Left.Shell("ping -c 1 -W 10 fd00:2::1");                     // The source is the one that lies in the local networks.
        net.Right.Shell("ping -c 1 -W 10 -I fd00:2::1 fd00:1::2");

        Assert.Contains(wire.Take(), packet => (packet.Protocol, packet.SourcePort, packet.DestinationPort) == (Packets.Udp, 4500, 4500));
        Assert.DoesNotContain(clear.Take(), packet => packet.Protocol == IcmpV6 && packet.SourcePort >> 8 is 128 or 129);
        // An answer may be there before who sent it has counted it.
        await Eventually.IsTrue(() => net.Left.Run(net.LeftPlane.ReadCounters) is { InboundPackets: 6, OutboundPackets: 6 });
    }

    [Fact]
    public async Task The_gateways_talk_through_the_tunnel_while_its_own_packets_go_around_it()
    {
        await using var net = new TwoGateways(withOuterAddresses: true, outerIpv6: true);
        net.Establish();
        net.Left.Shell("ping -c 2 -i 0.1 -W 10 2001:db8::2");
        Assert.Equal(2, net.Left.Run(net.LeftPlane.ReadCounters).InboundPackets);
    }

    [Fact]
    public async Task Without_an_SA_nothing_leaves_or_arrives_in_clear_and_both_are_counted()
    {
        await using var net = new TwoGateways(innerIpv6: true);
        net.Left.Shell("ip route add fd00:2::/48 via 2001:db8::2");
        net.Right.Run(net.RightPlane.Unguard);
        net.Right.Shell("ip route add fd00:1::/48 via 2001:db8::1");
        using var lan = new WireCapture(net.Workload, "eth0", ipv6: true);
        net.Right.TryShell("ping -c 1 -W 0.3 -I fd00:2::1 fd00:1::2");
        Assert.DoesNotContain(lan.Take(), IsEcho);
        Assert.Equal(1, net.Left.Run(net.LeftPlane.ReadCounters).Drops["XfrmInTmplMismatch"]);

        using var wire = new WireCapture(net.Right, "wan0", ipv6: true);
        net.Left.Shell("ip -6 rule del priority 201");                   // The filter alone holds what goes out.
        net.Workload.TryShell("ping -c 1 -W 0.3 fd00:2::1");
        Assert.DoesNotContain(wire.Take(), IsEcho);
        Assert.Equal(1, net.Left.Run(net.LeftPlane.ReadCounters).Drops["XfrmOutPolBlock"]);

        // Taken out it lets packets pass: this test can fail.
        net.Left.Shell($"nft delete table ip6 {new TunnelNames("left").NftTable}");
        net.Workload.Shell("ping -c 1 -W 10 fd00:2::1");
        Assert.Contains(wire.Take(), IsEcho);
    }

    [Fact]
    public async Task Unguarding_removes_both_families_and_repeating_the_guard_changes_nothing()
    {
        await using var net = new TwoGateways();
        string before = Snapshot(net.Left);
        await using var plane = new UserspaceDataplane(
            new TunnelPolicy("both", [IPNetwork.Parse("10.7.0.0/16"), IPNetwork.Parse("fd00:7::/48")], [IPNetwork.Parse("10.8.0.0/16"), IPNetwork.Parse("fd00:8::/48")]),
            new NoTransport(), new EspSpiPool(new SystemRandomSource()));
        net.Left.Run(() => plane.UsePeers([IPAddress.Parse("fd00:8::9")], [500, 4500]));
        net.Left.Run(plane.Guard);
        string guarded = Snapshot(net.Left);
        Assert.Contains("unreachable fd00:8::/48", guarded);
        Assert.Contains("to fd00:8::9 iif lo", guarded);
        net.Left.Run(plane.Guard);
        Assert.Equal(guarded, Snapshot(net.Left));
        Assert.Single(net.Left.Run(GuardedTunnels.List), "both");
        net.Left.Run(plane.Unguard);
        Assert.Equal(before, Snapshot(net.Left));
    }

    [Fact]
    public async Task A_new_process_whose_policy_has_no_IPv6_opens_what_the_old_one_closed()
    {
        await using var net = new TwoGateways(innerIpv6: true);
        Assert.Contains("fd00:2::/48", Snapshot(net.Left));
        await net.LeftPlane.EndAsync(net.Left, "left");
        await using var next = new UserspaceDataplane(
            new TunnelPolicy("left", [IPNetwork.Parse("10.1.0.0/16")], [IPNetwork.Parse("10.2.0.0/16")]), new NoTransport(), new EspSpiPool(new SystemRandomSource()));
        net.Left.Run(next.Guard);
        Assert.DoesNotContain("fd00:2::/48", Snapshot(net.Left));
    }

    [Fact]
    public async Task The_MTU_leaves_room_for_the_larger_header_and_never_falls_below_what_IPv6_needs()
    {
        await using var net = new TwoGateways(outerIpv6: true, innerIpv6: true);
        Assert.Equal(1438 - 20, net.LeftPlane.Size.Mtu);
        net.Establish();
        net.Workload.Shell($"ping -c 1 -W 10 -M do -s {1418 - 48} fd00:2::1");
        net.Left.Shell("ip link set wan0 mtu 1300");
        net.Right.Shell("ip link set wan0 mtu 1300");
        net.Left.Run(() => net.LeftPlane.UsePeers([IPAddress.Parse("2001:db8::2")], [500, 4500]));
        Assert.Equal(1280, net.LeftPlane.Size.Mtu);
        net.Workload.Shell($"ping -c 1 -W 10 -M do -s {1280 - 48} fd00:2::1");
    }

    [Fact]
    public async Task A_probe_in_IPv6_finds_the_path_healthy()
    {
        await using var net = new TwoGateways(innerIpv6: true);
        var options = new ProbeOptions(IPAddress.Parse("fd00:2::1")) { Interval = TimeSpan.FromMilliseconds(20) };
        using DataPathProbe probe = net.Left.Run(() => ((UserspaceDataplane)net.LeftPlane).StartProbe(options, TimeProvider.System, new SystemRandomSource()));
        net.Establish();
        await Eventually.IsTrue(() => probe.Snapshot is { State: DataPathState.Healthy, LastRoundTrip.Ticks: > 0 });
    }

    private static bool IsEcho(InnerHeader packet) => packet.Protocol == IcmpV6 && packet.SourcePort >> 8 is 128 or 129;

    private static string Snapshot(NetworkNamespace space) => space.Shell(
        "ip -6 route show table all | grep -v fe80 | grep -v ff00; ip -N -6 rule; ip -4 route show table all; ip -4 -N rule; nft list tables | sort | while read table; do nft list $table; done | sed 's/packets [0-9]* bytes [0-9]*//'");
}

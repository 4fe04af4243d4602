using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>What every data plane does. Each has a class of its own that runs these where it can run.</summary>
public abstract class DataplaneConformance
{
    private const int Ping = 84;

    public static TheoryData<string> Transforms =>
    [
        .. from transform in EspTransforms.Supported
           select $"{transform.Encryption} {transform.EncryptionKeyBits} {transform.Integrity} {(transform.ExtendedSequenceNumbers ? "ESN" : "")}".Trim(),
    ];

    private protected abstract IGatewayKind Kind { get; }

    [Fact]
    public async Task Pings_cross_the_tunnel_and_the_wire_shows_nothing_but_ESP_in_UDP()
    {
        await using var net = new TwoGateways(Kind);
        using var wire = new OuterWire(net);
        Assert.NotEqual(0, net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1").Status);
        net.Establish();

        net.Workload.Shell("ping -c 3 -i 0.1 -W 10 10.2.0.1");
        net.Left.Shell("ping -c 1 -W 10 10.2.0.1");                      // From the address that lies in the local networks,
        net.Left.Shell("ping -c 1 -W 10 -I 10.1.0.1 10.2.0.1");          // from one that is given,
        net.Right.Shell("ping -c 1 -W 10 -I 10.2.0.1 10.1.0.2");         // and from the other end.

        AssertOnlyEspInUdp(wire, atLeast: 12);
        DataplaneCounters counters = net.Left.Run(net.LeftPlane.ReadCounters);
        Assert.Equal((6, 6), (counters.InboundPackets, counters.OutboundPackets));
        Assert.Equal((6 * Ping, 6 * Ping), (counters.InboundOctets, counters.OutboundOctets));
    }

    [Fact]
    public async Task The_last_packet_of_each_direction_is_known_and_how_long_it_has_been_silent()
    {
        // The kernel counts in whole seconds.
        DateTimeOffset begin = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await using var net = new TwoGateways(Kind);
        SaPair sas = net.Establish();
        EspSpi left = sas.Left.InboundSpi, right = sas.Right.InboundSpi;
        Assert.Equal((null, null), (net.LeftPlane.SilenceOf(left), net.RightPlane.SilenceOf(right)));
        Assert.Equal(default, net.Left.Run(net.LeftPlane.ReadCounters).Activity[left]);

        // One way only: what is answered is thrown away.
        net.Right.Shell("nft 'add table ip mute; add chain ip mute in { type filter hook input priority 0; }; add rule ip mute in ip protocol icmp drop'");
        Assert.NotEqual(0, net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1").Status);
        await Eventually.IsTrue(() => net.RightPlane.SilenceOf(right) is not null);
        ChildActivity sent = net.Left.Run(net.LeftPlane.ReadCounters).Activity[left], received = net.Right.Run(net.RightPlane.ReadCounters).Activity[right];
        Assert.Equal((null, null), (sent.LastReceived, received.LastSent));
        Assert.InRange(sent.LastSent!.Value, begin, TimeProvider.System.GetUtcNow());
        Assert.InRange(received.LastReceived!.Value, begin, TimeProvider.System.GetUtcNow());
        Assert.InRange(net.RightPlane.SilenceOf(right)!.Value, TimeSpan.Zero, TimeProvider.System.GetUtcNow() - begin);
        Assert.Null(net.LeftPlane.SilenceOf(left));
        await Eventually.IsTrue(() => net.RightPlane.SilenceOf(right) > TimeSpan.FromSeconds(2));
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        await Eventually.IsTrue(() => net.RightPlane.SilenceOf(right) < TimeSpan.FromSeconds(2));
    }

    [Theory, MemberData(nameof(Transforms))]
    public async Task Every_transform_carries_packets(string name)
    {
        EspTransform transform = EspTransforms.Supported[Transforms.Select(row => row.Data).ToList().IndexOf(name)];
        await using var net = new TwoGateways(Kind);
        net.Establish(transform: transform);
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 -s 1000 10.2.0.1");
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task IPv6_is_carried_inside_and_outside(bool outerIpv6, bool innerIpv6)
    {
        await using var net = new TwoGateways(Kind, outerIpv6: outerIpv6, innerIpv6: innerIpv6);
        using var wire = new OuterWire(net, ipv6: outerIpv6);
        net.Establish();
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        if (innerIpv6)
            net.Workload.Shell("ping -6 -c 2 -i 0.1 -W 10 fd00:2::1");
        AssertOnlyEspInUdp(wire, atLeast: 4);
    }

    [Fact]
    public async Task Gateways_of_one_IPv6_link_find_each_other_also_where_their_addresses_are_in_the_tunnels_own_networks()
    {
        await using var net = new TwoGateways(Kind, withOuterAddresses: true, outerIpv6: true, innerIpv6: true);
        using var wire = new OuterWire(net, ipv6: true);
        SaPair sas = net.Establish();
        net.Left.Shell("ip -6 neigh flush dev wan0");
        net.Right.Shell("ip -6 neigh flush dev wan0");
        net.Workload.Shell("ping -6 -c 1 -W 10 fd00:2::1");
        net.Left.Shell("ping -6 -c 2 -i 0.1 -W 10 2001:db8::2");
        AssertOnlyEspInUdp(wire, atLeast: 6);
        // Nothing else of ICMPv6 passes in clear.
        net.LeftPlane.Remove(sas.Left);
        net.Left.TryShell("ping -6 -c 1 -W 0.3 2001:db8::2");
        Assert.Empty(wire.Take());
    }

    [Fact]
    public async Task A_removed_SA_blocks_and_a_new_one_carries_on()
    {
        await using var net = new TwoGateways(Kind);
        SaPair first = net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        net.LeftPlane.Remove(first.Left);
        using var wire = new OuterWire(net);
        Assert.NotEqual(0, net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1").Status);
        Assert.NotEqual(0, net.Left.TryShell("ping -c 1 -W 0.3 10.2.0.1").Status);
        Assert.Empty(wire.Take());

        net.Establish(spi: 0x2000);
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
    }

    [Fact]
    public async Task Rekeying_under_traffic_loses_nothing()
    {
        const int packets = 400;
        await using var net = new TwoGateways(Kind);
        SaPair old = net.Establish();
        Task<string> pings = Task.Run(() => net.Workload.Shell($"ping -c {packets} -i 0.005 -W 10 10.2.0.1"), TestContext.Current.CancellationToken);
        for (uint spi = 0x2000; !pings.IsCompleted; spi += 2)
        {
            // In IKE's order: inbound before the answer is sent, outbound after it arrived, the old SA last (RFC 7296 2.8).
            SaPair next = net.MakeSas(spi);
            net.RightPlane.InstallInbound(next.Right);
            net.LeftPlane.InstallInbound(next.Left);
            net.LeftPlane.InstallOutbound(next.Left);
            net.RightPlane.InstallOutbound(next.Right);
            long before = net.Right.Run(net.RightPlane.ReadCounters).InboundPackets;
            await Eventually.IsTrue(() => pings.IsCompleted || net.Right.Run(net.RightPlane.ReadCounters).InboundPackets > before + 4);
            net.LeftPlane.Remove(old.Left);
            net.RightPlane.Remove(old.Right);
            old = next;
        }
        Assert.Contains($"{packets} received, 0% packet loss", await pings);
    }

    [Fact]
    public async Task A_packet_that_no_SA_carries_is_told()
    {
        await using var net = new TwoGateways(Kind);
        Assert.NotEqual(0, net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1").Status);
        await Eventually.IsTrue(() => net.LeftEnd.Signals.Waiting > 0);
    }

    [Fact]
    public async Task The_first_packet_and_the_coming_end_are_told_each_once_and_at_the_end_nothing_passes()
    {
        await using var net = new TwoGateways(Kind);
        SaPair sas = net.Establish(limits: new SaLimits(long.MaxValue, long.MaxValue, 4, 8));
        EspSpi left = sas.Left.InboundSpi;
        // The kernel tells of a packet when the next one comes.
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        await Eventually.IsTrue(() => !net.LeftEnd.Signals.FirstUses.IsEmpty);
        Assert.Empty(net.LeftEnd.Signals.Renewals);
        net.Workload.Shell("ping -c 3 -i 0.1 -W 10 10.2.0.1");
        await Eventually.IsTrue(() => !net.LeftEnd.Signals.Renewals.IsEmpty);
        Assert.All(net.LeftEnd.Signals.Renewals, spi => Assert.Equal(left, spi));
        Assert.Equal([left], net.LeftEnd.Signals.FirstUses);

        using var wire = new OuterWire(net);
        string output = net.Workload.TryShell("ping -c 8 -i 0.05 -W 0.3 10.2.0.1").Output;
        Assert.DoesNotContain(" 0% packet loss", output);
        AssertOnlyEspInUdp(wire, atLeast: 1);
    }

    [Fact]
    public async Task Nothing_passes_in_clear_when_the_process_dies_and_its_successor_takes_over()
    {
        await using var net = new TwoGateways(Kind);
        net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        using var wire = new OuterWire(net);
        await net.KillLeftAsync();
        net.Workload.TryShell("ping -c 2 -i 0.1 -W 0.3 10.2.0.1");
        net.Left.TryShell("ping -c 2 -i 0.1 -W 0.3 10.2.0.1");
        net.Right.TryShell("ping -c 1 -W 0.3 -I 10.2.0.1 10.1.0.2");
        net.RestartLeft();
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        net.Establish(spi: 0x3000);
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        AssertOnlyEspInUdp(wire, atLeast: 4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clear_packets_from_outside_are_not_let_in(bool hasSas)
    {
        await using var net = new TwoGateways(Kind);
        if (hasSas)
        {
            net.Establish();
            net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        }
        // The right gateway without its guard sends in clear, as a stranger on the wire would.
        net.Right.Run(net.RightPlane.Unguard);
        net.Right.Shell("ip route replace 10.1.0.0/16 via 192.0.2.1; sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.wan0.rp_filter=0");
        net.Left.Shell("sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.wan0.rp_filter=0");
        using var inside = new WireCapture(net.Workload, "eth0");
        // What the gateway itself would answer is kept in by what blocks the other direction too: so it is asked what came.
        using Socket own = net.Left.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        own.Bind(IPEndPoint.Parse("10.1.0.1:0"));
        using Socket stranger = net.Right.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        stranger.Bind(IPEndPoint.Parse("10.2.0.1:0"));
        stranger.SendTo([1, 2, 3], own.LocalEndPoint!);
        Assert.NotEqual(0, net.Right.TryShell("ping -c 2 -i 0.1 -W 0.3 -I 10.2.0.1 10.1.0.2").Status);
        Assert.NotEqual(0, net.Right.TryShell("ping -c 2 -i 0.1 -W 0.3 -I 10.2.0.1 10.1.0.1").Status);
        Assert.Empty(inside.Take());
        Assert.Equal(0, own.Available);

        net.Left.Run(net.LeftPlane.Unguard);
        net.Left.Shell("ip route replace 10.2.0.0/16 via 192.0.2.2");
        net.Right.Shell("ping -c 1 -W 10 -I 10.2.0.1 10.1.0.2");         // Without the guard it would have come in,
        stranger.SendTo([1, 2, 3], own.LocalEndPoint!);
        await Eventually.IsTrue(() => own.Available > 0);                // and to the gateway itself.
    }

    [Fact]
    public async Task Unguarding_leaves_the_kernel_as_it_was_and_others_entries_alone()
    {
        await using var net = new TwoGateways(Kind);
        net.Left.Run(net.LeftPlane.Unguard);
        net.Left.Shell("ip rule add from 172.16.0.0/16 table 77; ip xfrm policy add src 172.16.0.0/16 dst 172.17.0.0/16 dir out action block priority 9 || true");
        string before = Snapshot(net.Left);
        net.Left.Run(net.LeftPlane.Guard);
        Assert.NotEqual(before, Snapshot(net.Left));
        net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        net.Left.Run(net.LeftPlane.Unguard);
        Assert.Equal(before, Snapshot(net.Left));
    }

    private static string Snapshot(NetworkNamespace space) =>
        space.Shell("ip rule; ip route show table all | grep -v '^multicast\\|^fe80\\|^ff00'; nft list ruleset; ip -o xfrm policy; ip -o xfrm state; true");

    private static void AssertOnlyEspInUdp(OuterWire wire, int atLeast)
    {
        List<InnerHeader> seen = wire.Take();
        Assert.True(seen.Count >= atLeast, $"{seen.Count} packets");
        Assert.All(seen, header => Assert.Equal((Packets.Udp, 4500, 4500), (header.Protocol, header.SourcePort, header.DestinationPort)));
    }
}

using System.Net;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>ESP straight over IP, between any two data planes.</summary>
public abstract class RawEspConformance
{
    private const byte Esp = 50;

    private protected abstract IGatewayKind Kind { get; }

    [Theory]
    [InlineData(false, 32)]
    [InlineData(true, 0)]
    public async Task Packets_cross_straight_over_IP_and_the_wire_shows_nothing_else(bool outerIpv6, int window)
    {
        await using var net = new TwoGateways(Kind, outerIpv6: outerIpv6, innerIpv6: true);
        using var wire = new OuterWire(net, ipv6: outerIpv6);
        net.Establish(window: window, udpEncapsulation: false);
        net.Workload.Shell("ping -c 20 -i 0.01 -W 10 10.2.0.1");
        net.Workload.Shell("ping -c 2 -i 0.01 -W 10 -s 1300 fd00:2::1");
        net.Right.Shell("ping -c 2 -i 0.1 -W 10 -I 10.2.0.1 10.1.0.2");
        List<Dataplane.Userspace.InnerHeader> seen = wire.Take();
        Assert.True(seen.Count >= 48, $"{seen.Count} packets");
        Assert.All(seen, header => Assert.Equal(Esp, header.Protocol));
        Assert.Empty(net.LeftEnd.Signals.Moves);
    }

    [Fact]
    public async Task The_DSCP_goes_outside_and_a_congestion_mark_comes_in()
    {
        await using var net = new TwoGateways(Kind);
        // The workload's packets are ECN-capable; the wire marks all of them, as a queue that fills would.
        net.Left.Shell("nft 'add table ip crowd; add chain ip crowd out { type filter hook postrouting priority 200; }; add rule ip crowd out ip protocol 50 ip dscp ef ip ecn ect0 ip ecn set ce'");
        net.Right.Shell("nft 'add table ip seen; add counter ip seen marked; add chain ip seen in { type filter hook input priority 0; }; add rule ip seen in ip protocol icmp ip dscp ef ip ecn ce counter name marked'");
        net.Establish(udpEncapsulation: false);
        net.Workload.Shell("ping -c 3 -i 0.05 -W 10 -Q 0xba 10.2.0.1");
        Assert.Contains("packets 3 ", net.Right.Shell("nft list counter ip seen marked"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transfer_completes_and_nothing_is_lost_or_reordered()
    {
        const int octets = 4 << 20;
        await using var net = new TwoGateways(Kind);
        net.Establish(window: 32, udpEncapsulation: false);
        using System.Net.Sockets.TcpListener listener = net.Right.Run(() =>
        {
            var bound = new System.Net.Sockets.TcpListener(IPAddress.Any, 5001);
            bound.Start();
            return bound;
        });
        using System.Net.Sockets.TcpClient client = net.Workload.Run(() => new System.Net.Sockets.TcpClient("10.2.0.1", 5001));
        using System.Net.Sockets.TcpClient accepted = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        byte[] sent = new byte[octets];
        Random.Shared.NextBytes(sent);
        Task sending = client.GetStream().WriteAsync(sent, TestContext.Current.CancellationToken).AsTask();
        byte[] received = new byte[octets];
        await accepted.GetStream().ReadExactlyAsync(received, TestContext.Current.CancellationToken);
        await sending;
        Assert.Equal(sent, received);
        Assert.Equal(0, net.Right.Run(net.RightPlane.ReadCounters).Drops.GetValueOrDefault("XfrmInStateSeqError"));
    }
}

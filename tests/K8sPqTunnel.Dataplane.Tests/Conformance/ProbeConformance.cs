using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>Every data plane's probes, asked of a real host behind the peer.</summary>
public abstract class ProbeConformance
{
    private const ushort Port = 7777;

    private protected abstract IGatewayKind Kind { get; }

    [Theory]
    [InlineData(ProbeProtocol.Udp, "10.2.0.1")]
    [InlineData(ProbeProtocol.Udp, "fd00:2::1")]
    [InlineData(ProbeProtocol.Tcp, "10.2.0.1")]
    [InlineData(ProbeProtocol.Tcp, "fd00:2::1")]
    public async Task Where_ICMP_is_refused_a_service_answers(ProbeProtocol protocol, string target)
    {
        await using var net = new TwoGateways(Kind, innerIpv6: true);
        net.Right.Shell("nft 'add table inet quiet; add chain inet quiet in { type filter hook input priority 0; }; add rule inet quiet in icmp type echo-request drop; add rule inet quiet in icmpv6 type echo-request drop'");
        net.Establish();
        using DataPathProbe silent = Start(net, ProbeProtocol.Icmp, target);
        await Eventually.IsTrue(() => silent.Snapshot.State == DataPathState.Unhealthy);
        silent.Dispose();

        using Socket service = Serve(net.Right, protocol, IPAddress.Parse(target));
        using DataPathProbe probe = Start(net, protocol, target);
        await Eventually.IsTrue(() => probe.Snapshot.Answered >= 5);
        Assert.Equal(DataPathState.Healthy, probe.Snapshot.State);
        Assert.True(probe.Snapshot is { LastRoundTrip: not null, Jitter: not null });
        // What a probe began it has ended.
        await Eventually.IsTrue(() => net.Right.Shell("ss -Htn state syn-recv").Length == 0);
    }

    [Theory]
    [InlineData(ProbeProtocol.Icmp)]
    [InlineData(ProbeProtocol.Tcp)]
    public async Task A_host_without_a_service_answers_ICMP_and_refuses_connections_and_both_show_that_packets_pass(ProbeProtocol protocol)
    {
        await using var net = new TwoGateways(Kind);
        net.Establish();
        using DataPathProbe probe = Start(net, protocol, "10.2.0.1");
        await Eventually.IsTrue(() => probe.Snapshot.Answered >= 3);
        Assert.Equal(0, probe.Snapshot.Loss);
    }

    [Fact]
    public async Task A_datagram_that_no_service_sends_back_is_lost()
    {
        await using var net = new TwoGateways(Kind);
        net.Establish();
        using DataPathProbe probe = Start(net, ProbeProtocol.Udp, "10.2.0.1");
        await Eventually.IsTrue(() => probe.Snapshot.State == DataPathState.Unhealthy);
        Assert.Equal((1, 0L), (probe.Snapshot.Loss, probe.Snapshot.Answered));
    }

    private static DataPathProbe Start(TwoGateways net, ProbeProtocol protocol, string target) => net.Left.Run(() => net.LeftPlane.StartProbe(
        new ProbeOptions(IPAddress.Parse(target))
        {
            Protocol = protocol,
            Port = protocol == ProbeProtocol.Icmp ? (ushort)0 : Port,
            Interval = TimeSpan.FromMilliseconds(50),
            Timeout = TimeSpan.FromMilliseconds(500),
        },
        TimeProvider.System, new SystemRandomSource()));

    private static Socket Serve(NetworkNamespace space, ProbeProtocol protocol, IPAddress address) => space.Run(() =>
    {
        bool isUdp = protocol == ProbeProtocol.Udp;
        var socket = new Socket(address.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, Port));
        if (isUdp)
            _ = EchoAsync(socket);
        else
            socket.Listen();
        return socket;
    });

    private static async Task EchoAsync(Socket socket)
    {
        byte[] buffer = new byte[64];
        var anybody = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, anybody);
                await socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }
}

using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Xfrm;

namespace K8sPqTunnel.Kernel.Tests;

public sealed class XfrmSocketTests
{
    public XfrmSocketTests() => KernelWithEsp.Require();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IKE_reaches_a_peer_on_the_link_inside_the_tunnels_own_networks_and_nobody_else_does(bool ipv6)
    {
        await using var net = new TwoGateways(new XfrmGateways(), withOuterAddresses: true, outerIpv6: ipv6);
        IPEndPoint right = new(net.LeftPath.Remote.Address, 4501);
        using Socket receiver = net.Right.Run(() => Open(net.LeftPath.Remote.Address, 4501, bypass: true));
        using Socket ike = net.Left.Run(() => Open(net.LeftPath.Local.Address, 4501, bypass: true));
        using Socket other = net.Left.Run(() => Open(net.LeftPath.Local.Address, 4502, bypass: false));

        ike.SendTo([1, 2, 3], right);
        Assert.Equal(3, Receive(receiver));
        Assert.ThrowsAny<SocketException>(() =>
        {
            other.SendTo([1, 2, 3, 4], right);
            Receive(receiver);
        });

        net.Establish();
        ike.SendTo([1, 2, 3, 4, 5], right);
        Assert.Equal(5, Receive(receiver));
        net.Left.Shell($"ping -c 2 -i 0.1 -W 10 {net.LeftPath.Remote.Address}");
        Assert.Equal(2, net.Left.Run(net.LeftPlane.ReadCounters).OutboundPackets);
    }

    /// <summary>Octets of what comes within a second.</summary>
    private static int Receive(Socket socket) => socket.Receive(new byte[16]);

    private static Socket Open(IPAddress address, int port, bool bypass)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 1000 };
        if (bypass)
            XfrmSockets.Bypass(socket);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }
}

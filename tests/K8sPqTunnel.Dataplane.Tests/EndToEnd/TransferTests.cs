using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Tun;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

/// <summary>Real TCP and UDP of the kernel through the tunnel, with what the kernel offloads and without.</summary>
public sealed class TransferTests
{
    private const int Octets = 20_000_000;
    private const int Datagrams = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData((int)TunOffloads.All, false, false)]
    [InlineData((int)TunOffloads.All, true, true)]
    [InlineData((int)TunOffloads.All, false, true)]
    [InlineData((int)TunOffloads.Tcp, false, false)]
    [InlineData((int)TunOffloads.None, false, false)]
    [InlineData((int)TunOffloads.None, true, true)]
    public async Task A_transfer_arrives_whole_in_both_directions_at_once_and_nothing_is_dropped(int offloads, bool outerIpv6, bool innerIpv6)
    {
        await using var net = new TwoGateways(new UserspaceGateways((TunOffloads)offloads), outerIpv6: outerIpv6, innerIpv6: innerIpv6);
        net.Establish();
        byte[] there = RandomNumberGenerator.GetBytes(Octets), back = RandomNumberGenerator.GetBytes(Octets);
        var end = new IPEndPoint(IPAddress.Parse(innerIpv6 ? "fd00:2::1" : "10.2.0.1"), 7000);
        using TcpListener listener = net.Right.Run(() =>
        {
            var made = new TcpListener(end);
            made.Start();
            return made;
        });
        using TcpClient client = net.Workload.Run(() => new TcpClient(end.AddressFamily));
        await client.ConnectAsync(end).WaitAsync(Patience);
        using TcpClient server = await listener.AcceptTcpClientAsync().WaitAsync(Patience);
        Task<byte[]> arrived = ReadAsync(server), returned = ReadAsync(client);
        await Task.WhenAll(WriteAsync(client, there), WriteAsync(server, back)).WaitAsync(Patience);
        Assert.Equal(there, await arrived.WaitAsync(Patience));
        Assert.Equal(back, await returned.WaitAsync(Patience));

        foreach (DataplaneCounters counters in new[] { net.Left.Run(net.LeftPlane.ReadCounters), net.Right.Run(net.RightPlane.ReadCounters) })
        {
            Assert.Equal(0, counters.Drops.Where(drop => drop.Key.StartsWith("XfrmIn", StringComparison.Ordinal)).Sum(drop => drop.Value));
            Assert.True(counters.InboundOctets > Octets && counters.OutboundOctets > Octets);
        }
    }

    [Theory]
    [InlineData((int)TunOffloads.All)]
    [InlineData((int)TunOffloads.None)]
    public async Task Datagrams_of_UDP_that_the_sender_leaves_uncut_arrive_one_by_one_and_in_order(int offloads)
    {
        const int udpLevel = 17, udpSegment = 103;
        await using var net = new TwoGateways(new UserspaceGateways((TunOffloads)offloads));
        net.Establish();
        var end = new IPEndPoint(IPAddress.Parse("10.2.0.1"), 7000);
        using UdpClient server = net.Right.Run(() => new UdpClient(end) { Client = { ReceiveBufferSize = 1 << 21 } });
        using UdpClient client = net.Workload.Run(() => new UdpClient(AddressFamily.InterNetwork));
        client.Client.SetRawSocketOption(udpLevel, udpSegment, BitConverter.GetBytes(1200));
        byte[] octets = RandomNumberGenerator.GetBytes(10 * 1200);
        for (int i = 0; i < Datagrams / 10; i++)
            Assert.Equal(octets.Length, await client.SendAsync(octets, end));
        for (int i = 0; i < Datagrams; i++)
            Assert.Equal(octets[(i % 10 * 1200)..(i % 10 * 1200 + 1200)], (await server.ReceiveAsync().WaitAsync(Patience)).Buffer);
    }

    private static async Task WriteAsync(TcpClient client, byte[] octets)
    {
        await client.GetStream().WriteAsync(octets);
        client.Client.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadAsync(TcpClient client)
    {
        using var all = new MemoryStream(Octets);
        await client.GetStream().CopyToAsync(all);
        return all.ToArray();
    }
}

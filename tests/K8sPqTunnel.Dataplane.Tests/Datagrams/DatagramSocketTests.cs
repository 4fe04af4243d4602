using System.Globalization;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Tests.Datagrams;

public sealed class DatagramSocketTests
{
    private const int Buffer = 1 << 20;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Many_packets_go_by_one_call_and_come_with_their_sender_and_traffic_class(string address)
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Run(() =>
        {
            using DatagramSocket from = Bind(address), to = Bind(address);
            var path = new PeerPath(from.Local, to.Local);
            byte[] octets = new byte[10 * 1400 + 100];
            Random.Shared.NextBytes(octets);
            Assert.True(from.SegmentsSent && to.MergesReceived);
            Assert.Equal(0, from.Send([
                new EspDatagram(path, octets, TrafficClass: 0xb8, SegmentLength: 1400),
                new EspDatagram(path, octets.AsMemory(0, 33)),
                new EspDatagram(path, octets.AsMemory(0, 34), TrafficClass: 3)]));

            List<(byte[] Octets, byte TrafficClass)> came = [.. Receive(to, 13, path)];
            Assert.Equal(octets, came.Take(11).SelectMany(one => one.Octets));
            Assert.All(came.Take(11), one => Assert.Equal(0xb8, one.TrafficClass));
            Assert.Equal([(33, 0), (34, 3)], came.Skip(11).Select(one => (one.Octets.Length, (int)one.TrafficClass)));
        });
    }

    [Fact]
    public void A_plain_socket_gets_each_packet_by_itself_and_its_own_are_understood()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Run(() =>
        {
            using DatagramSocket ours = Bind("127.0.0.1");
            using var plain = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)) { Client = { ReceiveTimeout = 5000 } };
            var path = new PeerPath(ours.Local, (IPEndPoint)plain.Client.LocalEndPoint!);
            Assert.Equal(0, ours.Send([new EspDatagram(path, new byte[3001], SegmentLength: 1000)]));
            IPEndPoint? from = null;
            Assert.Equal([1000, 1000, 1000, 1], Enumerable.Range(0, 4).Select(_ => plain.Receive(ref from).Length));
            plain.Send(new byte[77], ours.Local);
            Assert.Equal(77, Assert.Single(Receive(ours, 1, new PeerPath(path.Remote, path.Local))).Octets.Length);
        });
    }

    [Fact]
    public void Packets_larger_than_the_way_out_carries_uncut_are_sent_one_by_one()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Shell("ip link set lo mtu 1280");
        space.Run(() =>
        {
            using DatagramSocket from = Bind("127.0.0.1"), to = Bind("127.0.0.1");
            var path = new PeerPath(from.Local, to.Local);
            Assert.Equal(0, from.Send([new EspDatagram(path, new byte[4300], SegmentLength: 1400, TrafficClass: 8)]));
            Assert.Equal([(1400, 8), (1400, 8), (1400, 8), (100, 8)], Receive(to, 4, path).Select(one => (one.Octets.Length, (int)one.TrafficClass)));
        });
    }

    [Fact]
    public void What_fits_asks_not_to_be_fragmented_also_in_bursts_and_what_does_not_fit_is_fragmented_here()
    {
        using NetworkNamespace near = NetworkNamespace.Create(), far = NetworkNamespace.Create();
        NetworkNamespace.Join(near, "wan0", "192.0.2.1/24", far, "wan0", "192.0.2.2/24");
        using var wire = new WireCapture(far, "wan0");
        using DatagramSocket socket = near.Run(() => Bind("192.0.2.1"));
        var path = new PeerPath(socket.Local, IPEndPoint.Parse("192.0.2.2:4500"));
        Assert.True(socket.SegmentsSent);
        foreach (int _ in Enumerable.Range(0, 2))
        {
            Assert.Equal(0, socket.Send([new EspDatagram(path, new byte[7000], SegmentLength: 1400), new EspDatagram(path, new byte[1472])]));
            Assert.Equal([(7000, true), (1472, true)], Seen(2));
            Assert.Equal(0, socket.Send([new EspDatagram(path, new byte[1473])]));
            Assert.Equal([(1472, false), (1, false)], Seen(2));
            Assert.Equal(0, socket.Send(path.Remote, [0, 0, 0, 0], new byte[1469]));
            Assert.Equal([(1472, false), (1, false)], Seen(2));
        }

        // Octets behind IP and UDP, and DF. A burst is seen before it is cut.
        List<(int, bool)> Seen(int count)
        {
            List<(int, bool)> seen = [];
            SpinWait.SpinUntil(() =>
            {
                seen.AddRange(wire.TakeWhole().Where(packet => packet[9] == Packets.Udp).Select(packet =>
                    (packet.Length - ((packet[6] & 0x1f) == 0 && packet[7] == 0 ? 28 : 20), (packet[6] & 0x40) != 0)));
                return seen.Count >= count;
            }, 5000);
            return seen;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_datagram_goes_whole_where_the_kernel_believes_the_path_to_be_narrow(bool ipv6)
    {
        using NetworkNamespace near = NetworkNamespace.Create(), far = NetworkNamespace.Create();
        NetworkNamespace.Join(near, "wan0", "192.0.2.1/24", far, "wan0", "192.0.2.2/24");
        near.Shell("ip addr add 2001:db8::1/64 dev wan0 nodad; ip route add 192.0.2.2/32 dev wan0 mtu 1280; ip route add 2001:db8::2/128 dev wan0 mtu 1280");
        far.Shell("ip addr add 2001:db8::2/64 dev wan0 nodad");
        (string from, string to) = ipv6 ? ("2001:db8::1", "2001:db8::2") : ("192.0.2.1", "192.0.2.2");
        int headers = ipv6 ? 48 : 28;
        using var wire = new WireCapture(far, "wan0", ipv6);
        using DatagramSocket socket = near.Run(() => Bind(from));
        var peer = new IPEndPoint(IPAddress.Parse(to), 4500);
        Assert.Equal(0, socket.SendWhole(peer, [0, 0, 0, 0], new byte[1400 - headers - 4]));
        Assert.Equal(1400, Largest(wire));
        Assert.Equal(0, socket.Send(peer, [0, 0, 0, 0], new byte[1400 - headers - 4]));
        Assert.InRange(Largest(wire), 1000, 1280);
        // More than the interface takes is refused, and not fragmented.
        Assert.Equal(1, socket.SendWhole(peer, [0, 0, 0, 0], new byte[1501 - headers - 4]));

        static int Largest(WireCapture wire)
        {
            int largest = 0;
            SpinWait.SpinUntil(() => (largest = Math.Max(largest, wire.Take().Select(packet => packet.TotalLength).DefaultIfEmpty().Max())) > 1000, 5000);
            return largest;
        }
    }

    [Fact]
    public void What_the_network_refuses_is_counted_and_the_rest_goes_on()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Run(() =>
        {
            using DatagramSocket from = Bind("127.0.0.1"), to = Bind("127.0.0.1");
            var nowhere = new PeerPath(from.Local, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 4500));
            var path = new PeerPath(from.Local, to.Local);
            Assert.Equal(4, from.Send([
                new EspDatagram(nowhere, new byte[10]), new EspDatagram(path, new byte[11]), new EspDatagram(nowhere, new byte[30], SegmentLength: 10),
                new EspDatagram(path, new byte[12])]));
            Assert.Equal([11, 12], Receive(to, 2, path).Select(one => one.Octets.Length));
        });
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_told_to_though_no_packet_comes()
    {
        using DatagramSocket socket = Bind("127.0.0.1");
        Task<int> waiting = Task.Run(() => socket.Receive(new ReceivedBatch()));
        socket.StopReceiving();
        Assert.Equal(0, await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        socket.Dispose();
        Assert.Equal(3, socket.Send([new EspDatagram(new PeerPath(socket.Local, socket.Local), new byte[9], SegmentLength: 3)]));
    }

    [Fact]
    public void Sending_and_receiving_cost_no_memory()
    {
        using DatagramSocket from = Bind("127.0.0.1"), to = Bind("127.0.0.1");
        var path = new PeerPath(from.Local, to.Local);
        byte[] octets = new byte[14000];
        var batch = new ReceivedBatch();
        void Pass()
        {
            from.Send([new EspDatagram(path, octets, SegmentLength: 1400), new EspDatagram(path, octets.AsMemory(0, 99))]);
            to.Receive(batch);
        }
        Assert.Equal(0, Allocations.Of(Pass, repeats: 200));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void ESP_over_IP_comes_without_the_IP_header_with_its_traffic_class_and_costs_no_memory(string address)
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Run(() =>
        {
            using DatagramSocket socket = DatagramSocket.BindEsp(IPAddress.Parse(address), Buffer);
            var path = new PeerPath(socket.Local, socket.Local);
            byte[] octets = new byte[1400];
            Random.Shared.NextBytes(octets);
            EspDatagram[] batch = [new(path, octets, TrafficClass: 0xbb), new(path, octets.AsMemory(0, 33)), new(path, octets.AsMemory(7, 34), TrafficClass: 3)];
            Assert.All(batch, datagram => Assert.True(datagram.IsRaw));
            Assert.Equal(0, socket.Send(batch));
            List<(byte[] Octets, byte TrafficClass)> came = Receive(socket, 3, path);
            Assert.Equal([octets, octets[..33], octets[7..41]], came.Select(one => one.Octets));
            Assert.Equal([0xbb, 0, 3], came.Select(one => one.TrafficClass));

            var received = new ReceivedBatch();
            Assert.Equal(0, Allocations.Of(
                () =>
                {
                    socket.Send(batch);
                    for (int count = 0; count < batch.Length;)
                        count += socket.Receive(received);
                },
                repeats: 100));
        });
    }

    [Fact]
    public async Task What_routers_say_of_ESP_over_IPv6_is_believed_and_costs_no_packet_and_no_time()
    {
        const int large = 1452, spent = 200_000_000;
        using var middle = new MiddleRouter(1400, tells: true);
        using NetworkNamespace near = NetworkNamespace.Create(), far = NetworkNamespace.Create();
        middle.Join(near, far);
        using DatagramSocket socket = near.Run(() => DatagramSocket.BindEsp(IPAddress.Parse("2001:db8::1"), Buffer));
        using DatagramSocket peer = far.Run(() => DatagramSocket.BindEsp(IPAddress.Parse(MiddleRouter.RightIpv6), Buffer));
        var path = new PeerPath(socket.Local, peer.Local);
        Task<long> waiting = Task.Factory.StartNew(
            () =>
            {
                long before = OwnProcessorTime();
                Assert.Equal(1, socket.Receive(new ReceivedBatch()));
                return OwnProcessorTime() - before;
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Eventually.IsTrue(() =>
        {
            Assert.Equal(0, socket.Send([new EspDatagram(path, new byte[large])]));
            return near.Shell($"ip -6 route get {MiddleRouter.RightIpv6}").Contains("mtu 1400", StringComparison.Ordinal);
        });
        Assert.Equal(0, socket.Send([new EspDatagram(path, new byte[large])]));
        Assert.Equal(large, Receive(peer, 1, path)[0].Octets.Length);

        // Who waits for packets does nothing while others have the processor.
        for (long begin = OwnProcessorTime(); OwnProcessorTime() - begin < spent;)
            Thread.SpinWait(1000);
        Assert.Equal(0, peer.Send([new EspDatagram(new PeerPath(path.Remote, path.Local), new byte[100])]));
        Assert.InRange(await waiting, 0, spent / 2);
    }

    [Fact]
    public void Without_the_capability_a_socket_for_ESP_over_IP_is_denied()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Run(() =>
        {
            ThreadCapabilities.DropNetRaw();
            Assert.Equal(SocketError.AccessDenied,
                Assert.Throws<SocketException>(() => DatagramSocket.BindEsp(IPAddress.Loopback, Buffer)).SocketErrorCode);
        });
    }

    /// <summary>Nanoseconds that this thread has run.</summary>
    private static long OwnProcessorTime() => long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

    private static DatagramSocket Bind(string address) => DatagramSocket.Bind(new IPEndPoint(IPAddress.Parse(address), 0), Buffer);

    private static List<(byte[] Octets, byte TrafficClass)> Receive(DatagramSocket socket, int count, PeerPath path)
    {
        var batch = new ReceivedBatch();
        List<(byte[], byte)> came = [];
        while (came.Count < count)
        {
            socket.Receive(batch);
            foreach (EspDatagram datagrams in batch.Datagrams)
            {
                Assert.Equal(new PeerPath(path.Remote, path.Local), datagrams.Path);
                for (int i = 0; i < datagrams.Count; i++)
                    came.Add((datagrams[i].Payload.ToArray(), datagrams.TrafficClass));
            }
        }
        return came;
    }
}

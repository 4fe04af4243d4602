using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tests.Sockets;

public sealed class IkePortTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_shared_port_adds_the_marker_and_the_other_end_strips_it()
    {
        using IkePort ours = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0), DataplaneKind.Userspace);
        using IkePort theirs = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0), DataplaneKind.Userspace);
        var heard = new Listener();
        theirs.Listen(heard);

        ours.SendIke(theirs.Local, [7, 8, 9]);

        (DatagramKind kind, PeerPath path, byte[] content) = await heard.NextAsync();
        Assert.Equal(DatagramKind.Ike, kind);
        Assert.Equal([7, 8, 9], content);
        Assert.Equal(new PeerPath(theirs.Local, ours.Local), path);
    }

    [Fact]
    public async Task ESP_passes_as_it_is_and_a_keepalive_is_swallowed()
    {
        using IkePort ours = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0), DataplaneKind.Userspace);
        using IkePort theirs = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0), DataplaneKind.Userspace);
        var heard = new Listener();
        theirs.Listen(heard);

        var path = new PeerPath(ours.Local, theirs.Local);
        ours.Send([new EspDatagram(path, UdpEncapsulation.Keepalive.ToArray()), new EspDatagram(path, (byte[])[0xc0, 0, 0, 1, 5])]);

        (DatagramKind kind, _, byte[] content) = await heard.NextAsync();
        Assert.Equal(DatagramKind.Esp, kind);
        Assert.Equal([0xc0, 0, 0, 1, 5], content);
    }

    /// <summary>The kernel joins datagrams by their length alone.</summary>
    [Fact]
    public async Task An_IKE_message_and_a_keepalive_among_joined_ESP_packets_go_their_own_ways()
    {
        using IkePort ours = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0), DataplaneKind.Userspace);
        using IkePort theirs = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0), DataplaneKind.Userspace);
        var heard = new Listener();
        theirs.Listen(heard);

        byte[] joined = [0xc0, 0, 0, 1, 5, 0xc0, 0, 0, 1, 6, 0, 0, 0, 0, 7, 0xc0, 0, 0, 1, 8, 0, 0, 0, 0, 9, 0xff];
        ours.Send([new EspDatagram(new PeerPath(ours.Local, theirs.Local), joined, SegmentLength: 5)]);

        List<(DatagramKind, byte)> order = [];
        while (order.Count < 5)
        {
            (DatagramKind kind, _, byte[] content) = await heard.NextAsync();
            order.Add((kind, content[^1]));
        }
        Assert.Equal([(DatagramKind.Esp, 5), (DatagramKind.Esp, 6), (DatagramKind.Ike, 7), (DatagramKind.Esp, 8), (DatagramKind.Ike, 9)], order);
    }

    [Fact]
    public async Task Closing_a_port_that_listens_returns_at_once()
    {
        IkePort port = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0), DataplaneKind.Userspace);
        port.Listen(new Listener());
        await Task.Run(port.Dispose).WaitAsync(Patience);
    }

    [Fact]
    public void A_taken_pair_of_ports_is_replaced_by_one_port_of_the_kernels_choice()
    {
        using IkePorts first = IkePorts.Open(IPAddress.Loopback, DataplaneKind.Userspace);
        using IkePorts second = IkePorts.Open(IPAddress.Loopback, DataplaneKind.Userspace);

        Assert.Null(second.Ike);
        Assert.NotEqual(first.NatTraversal.Port, second.NatTraversal.Port);
    }

    [Fact]
    public void An_address_that_is_not_ours_is_refused() =>
        Assert.Throws<SocketException>(() => IkePorts.Open(IPAddress.Parse("192.0.2.99"), DataplaneKind.Userspace));

    private sealed class Listener : IDatagramReceiver
    {
        private readonly Channel<(DatagramKind, PeerPath, byte[])> _heard = Channel.CreateUnbounded<(DatagramKind, PeerPath, byte[])>();

        public void ReceiveIke(in PeerPath path, ReadOnlySpan<byte> message) => _heard.Writer.TryWrite((DatagramKind.Ike, path, message.ToArray()));

        public OpenedBatch CreateBatch() => new();

        public void OpenEsp(ReadOnlySpan<EspDatagram> packets, OpenedBatch opened)
        {
            foreach (EspDatagram datagrams in packets)
            {
                for (int i = 0; i < datagrams.Count; i++)
                    _heard.Writer.TryWrite((DatagramKind.Esp, datagrams.Path, datagrams[i].Payload.ToArray()));
            }
        }

        public void Lose(SocketException reason) => _heard.Writer.TryComplete(reason);

        public async Task<(DatagramKind Kind, PeerPath Path, byte[] Content)> NextAsync() =>
            await _heard.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }
}

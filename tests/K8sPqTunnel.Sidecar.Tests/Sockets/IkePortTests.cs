using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tests.Sockets;

public sealed class IkePortTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_shared_port_adds_the_marker_and_the_other_end_strips_it()
    {
        using IkePort ours = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using IkePort theirs = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0));
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
        using IkePort ours = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using IkePort theirs = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var heard = new Listener();
        theirs.Listen(heard);

        ours.Send(theirs.Local, UdpEncapsulation.Keepalive);
        ours.Send(theirs.Local, [0xc0, 0, 0, 1, 5]);

        (DatagramKind kind, _, byte[] content) = await heard.NextAsync();
        Assert.Equal(DatagramKind.Esp, kind);
        Assert.Equal([0xc0, 0, 0, 1, 5], content);
    }

    [Fact]
    public async Task Closing_a_port_that_listens_returns_at_once()
    {
        IkePort port = IkePort.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port.Listen(new Listener());
        await Task.Run(port.Dispose).WaitAsync(Patience);
    }

    [Fact]
    public void A_taken_pair_of_ports_is_replaced_by_one_port_of_the_kernels_choice()
    {
        using IkePorts first = IkePorts.Open(IPAddress.Loopback);
        using IkePorts second = IkePorts.Open(IPAddress.Loopback);

        Assert.Null(second.Ike);
        Assert.NotEqual(first.NatTraversal.Port, second.NatTraversal.Port);
    }

    [Fact]
    public void An_address_that_is_not_ours_is_refused() =>
        Assert.Throws<SocketException>(() => IkePorts.Open(IPAddress.Parse("192.0.2.99")));

    private sealed class Listener : IDatagramReceiver
    {
        private readonly Channel<(DatagramKind, PeerPath, byte[])> _heard = Channel.CreateUnbounded<(DatagramKind, PeerPath, byte[])>();

        public void ReceiveIke(in PeerPath path, ReadOnlySpan<byte> message) => _heard.Writer.TryWrite((DatagramKind.Ike, path, message.ToArray()));

        public void ReceiveEsp(in PeerPath path, ReadOnlyMemory<byte> packet) => _heard.Writer.TryWrite((DatagramKind.Esp, path, packet.ToArray()));

        public void Lose(SocketException reason) => _heard.Writer.TryComplete(reason);

        public async Task<(DatagramKind Kind, PeerPath Path, byte[] Content)> NextAsync() =>
            await _heard.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tests.Sockets;

/// <summary>Two ends on loopback addresses of their own, since both have port 4500.</summary>
public sealed class StreamPortsTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("127.45.0.1");
    private static readonly IPAddress There = IPAddress.Parse("127.45.0.2");
    private static readonly PeerPath ToThere = new(new IPEndPoint(Here, 4500), new IPEndPoint(There, 4500), IsTcp: true);

    private readonly Heard _here = new();
    private readonly Heard _there = new();
    private readonly StreamPorts _left;
    private readonly StreamPorts _right;

    public StreamPortsTests()
    {
        _left = new StreamPorts(Here, _here);
        _right = new StreamPorts(There, _there);
        _right.Listen();
        Assert.True(_right.IsListening, "port 4500 of a loopback address is taken");
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    [Fact]
    public void The_first_message_opens_a_connection_that_carries_IKE_and_ESP_both_ways()
    {
        _left.SendIke(ToThere, [1, 2, 3]);
        (PeerPath path, byte[] message, bool isEsp) = _there.Next();
        Assert.Equal([1, 2, 3], message);
        Assert.False(isEsp);
        Assert.True(path.IsTcp);
        Assert.Equal((There, 4500, Here), (path.Local.Address, path.Local.Port, path.Remote.Address));

        _right.SendIke(path, [4]);
        _right.SendEsp(path, [5, 6, 7, 8, 9]);
        Assert.Equal((ToThere, 4), (_here.Next() is var ike ? (ike.Path, ike.Message[0]) : default));
        (PeerPath at, byte[] packet, bool esp) = _here.Next();
        Assert.Equal((ToThere, true), (at, esp));
        Assert.Equal([5, 6, 7, 8, 9], packet);
        _left.SendEsp(ToThere, new byte[1400]);
        Assert.Equal(0, _there.Next().Message.Count(octet => octet != 0));
    }

    [Fact]
    public void Many_messages_arrive_whole_and_in_order()
    {
        _left.SendIke(ToThere, [0, 0]);
        _there.Next();
        for (int i = 1; i <= 500; i++)
            _left.SendIke(ToThere, [(byte)(i >> 8), (byte)i, .. new byte[i]]);
        for (int i = 1; i <= 500; i++)
        {
            byte[] message = _there.Next().Message;
            Assert.Equal((i, i + 2), ((message[0] << 8) | message[1], message.Length));
        }
    }

    [Fact]
    public void A_connection_that_is_lost_is_opened_again_by_the_end_that_had_opened_it()
    {
        _left.SendIke(ToThere, [1]);
        PeerPath first = _there.Next().Path;
        _right.Dispose();
        using var again = new StreamPorts(There, _there);
        again.Listen();
        (PeerPath Path, byte[] Message, bool IsEsp)? heard = null;
        while (heard is null)
        {
            _left.SendIke(ToThere, [2]);                                 // As IKE repeats what has no answer.
            heard = _there.TryNext(TimeSpan.FromMilliseconds(50));
        }
        Assert.NotEqual(first.Remote, heard.Value.Path.Remote);
    }

    [Fact]
    public void Who_does_not_begin_with_the_prefix_is_hung_up_on()
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        stranger.Connect(There, 4500);
        stranger.Send("GET / HTTP/1.1\r\n\r\n"u8);
        Assert.Equal(0, ReceiveUntilClosed(stranger));
        Assert.Null(_there.TryNext(TimeSpan.Zero));
    }

    [Fact]
    public void Where_no_connection_is_ours_to_open_the_message_is_counted_as_unsent()
    {
        _right.SendIke(new PeerPath(new IPEndPoint(There, 4500), new IPEndPoint(Here, 50000), IsTcp: true), [1]);
        _right.SendEsp(new PeerPath(new IPEndPoint(There, 4500), new IPEndPoint(Here, 50000), IsTcp: true), [1]);
        Assert.Equal(2, _right.Unsent);
    }

    private static int ReceiveUntilClosed(Socket socket)
    {
        try
        {
            return socket.Receive(new byte[16]);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private sealed class Heard : IDatagramReceiver
    {
        private readonly BlockingCollection<(PeerPath Path, byte[] Message, bool IsEsp)> _heard = [];

        public void ReceiveIke(in PeerPath path, ReadOnlySpan<byte> message) => _heard.Add((path, message.ToArray(), false));

        public OpenedBatch CreateBatch() => new();

        public void OpenEsp(ReadOnlySpan<EspDatagram> packets, OpenedBatch opened) => _heard.Add((packets[0].Path, packets[0].Payload.ToArray(), true));

        public void Lose(SocketException reason) => Assert.Fail(reason.Message);

        public (PeerPath Path, byte[] Message, bool IsEsp) Next() => TryNext(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException("nothing was heard");

        public (PeerPath Path, byte[] Message, bool IsEsp)? TryNext(TimeSpan limit) =>
            _heard.TryTake(out (PeerPath Path, byte[] Message, bool IsEsp) next, limit) ? next : null;
    }
}

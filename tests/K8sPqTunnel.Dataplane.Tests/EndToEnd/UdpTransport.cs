using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

/// <summary>A UDP socket on port 4500 of a namespace, as the daemon has one.</summary>
internal sealed class UdpTransport : IEspTransport, IDisposable
{
    private readonly Socket _socket;
    private readonly IPEndPoint _local;
    private readonly Thread _thread;

    public UdpTransport(NetworkNamespace space, IPAddress local)
    {
        _local = new IPEndPoint(local, PeerPath.NatTraversalPort);
        _socket = space.Run(() =>
        {
            var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 100 };
            socket.Bind(_local);
            return socket;
        });
        _thread = new Thread(Receive) { IsBackground = true };
    }

    public UserspaceDataplane? Receiver { get; set; }

    public void Start() => _thread.Start();

    public void Send(ReadOnlySpan<EspDatagram> batch)
    {
        foreach (EspDatagram datagram in batch)
            _socket.SendTo(datagram.Payload.Span, datagram.Path.Remote);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
    }

    private void Receive()
    {
        byte[] buffer = new byte[65536];
        while (true)
        {
            EndPoint from = new IPEndPoint(_local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            try
            {
                int length = _socket.ReceiveFrom(buffer, ref from);
                Receiver!.Receive([new EspDatagram(new PeerPath(_local, (IPEndPoint)from), buffer.AsMemory(0, length))]);
            }
            catch (SocketException timeout) when (timeout.SocketErrorCode == SocketError.TimedOut)
            {
            }
            catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }
}

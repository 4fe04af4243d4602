using System.Net;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>A UDP socket on port 4500 of a namespace, as the daemon has one.</summary>
internal sealed class UdpTransport : IEspTransport, IDisposable
{
    private readonly DatagramSocket _socket;
    private readonly Thread _thread;

    public UdpTransport(NetworkNamespace space, IPAddress local, bool wantsOffloads)
    {
        _socket = space.Run(() => DatagramSocket.Bind(new IPEndPoint(local, PeerPath.NatTraversalPort), 1 << 20, wantsOffloads));
        _thread = new Thread(Receive) { IsBackground = true };
    }

    public UserspaceDataplane? Receiver { get; set; }

    public void Start() => _thread.Start();

    public void Send(ReadOnlySpan<EspDatagram> batch) => _socket.Send(batch);

    public void Dispose()
    {
        _socket.StopReceiving();
        _thread.Join();
        _socket.Dispose();
    }

    private void Receive()
    {
        var batch = new ReceivedBatch();
        while (_socket.Receive(batch) > 0)
            Receiver!.Receive(batch.Datagrams);
    }
}

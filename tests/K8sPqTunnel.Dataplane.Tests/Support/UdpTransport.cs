using System.Net;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>A UDP socket on port 4500 of a namespace and one for ESP over IP, as the daemon has them.</summary>
internal sealed class UdpTransport : IEspTransport, IDisposable
{
    private readonly DatagramSocket _udp;
    private readonly DatagramSocket _raw;
    private readonly Thread[] _threads;

    public UdpTransport(NetworkNamespace space, IPAddress local, bool wantsOffloads)
    {
        _raw = space.Run(() => DatagramSocket.BindEsp(local, 1 << 20));
        _udp = space.Run(() => DatagramSocket.Bind(new IPEndPoint(local, PeerPath.NatTraversalPort), 1 << 20, wantsOffloads));
        _threads = [new Thread(() => Receive(_udp)) { IsBackground = true }, new Thread(() => Receive(_raw)) { IsBackground = true }];
    }

    public UserspaceDataplane? Receiver { get; set; }

    public void Start() => Array.ForEach(_threads, thread => thread.Start());

    public void Send(ReadOnlySpan<EspDatagram> batch) => (batch[0].IsRaw ? _raw : _udp).Send(batch);

    public void Dispose()
    {
        foreach (DatagramSocket socket in new[] { _udp, _raw })
            socket.StopReceiving();
        Array.ForEach(_threads, thread => thread.Join());
        foreach (DatagramSocket socket in new[] { _udp, _raw })
            socket.Dispose();
    }

    private void Receive(DatagramSocket socket)
    {
        var batch = new ReceivedBatch();
        while (socket.Receive(batch) > 0)
            Receiver!.Receive(batch.Datagrams);
    }
}

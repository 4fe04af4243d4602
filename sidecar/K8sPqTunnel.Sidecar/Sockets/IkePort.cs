using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>One bound UDP port of IKE, which ESP may share (RFC 7296 2, RFC 3948).</summary>
/// <remarks>Receives on a thread of its own; sends on the caller's. A datagram that the network refuses counts as lost, as UDP has it.</remarks>
internal sealed class IkePort : IDisposable
{
    /// <summary>Room for bursts of ESP while the receiver is busy, in octets; the kernel caps it at net.core.rmem_max.</summary>
    private const int SocketBuffer = 4 << 20;

    private readonly DatagramSocket _socket;
    private readonly bool _hasNonEspMarker;
    private Thread? _thread;

    private IkePort(DatagramSocket socket)
    {
        _socket = socket;
        _hasNonEspMarker = new PeerPath(Local, Local).HasNonEspMarker;
    }

    public IPEndPoint Local => _socket.Local;

    /// <summary>See <see cref="DatagramSocket.MissingOffload"/>.</summary>
    public string? MissingOffload => _socket.MissingOffload;

    /// <exception cref="SocketException">The address is not ours, or the port is taken.</exception>
    /// <param name="dataplane">What opens ESP that comes to it; the kernel does before the process sees it.</param>
    public static IkePort Bind(IPEndPoint local, DataplaneKind dataplane)
    {
        bool isShared = new PeerPath(local, local).HasNonEspMarker;
        return new IkePort(dataplane == DataplaneKind.Xfrm
            ? DatagramSocket.BindBesideXfrm(local, SocketBuffer, receivesEsp: isShared)
            : DatagramSocket.Bind(local, SocketBuffer));
    }

    /// <summary>Begins to hear. Once.</summary>
    public void Listen(IDatagramReceiver receiver)
    {
        _thread = new Thread(() => Receive(receiver)) { IsBackground = true, Name = $"udp {Local.Port}" };
        _thread.Start();
    }

    /// <summary>Sends one IKE message, with the non-ESP marker where this port is shared with ESP.</summary>
    /// <returns>How many datagrams the network refused.</returns>
    public int SendIke(IPEndPoint remote, ReadOnlySpan<byte> message) =>
        _socket.Send(remote, _hasNonEspMarker ? UdpEncapsulation.NonEspMarker : [], message);               // RFC 3948 2.2

    /// <summary>The same as one IP packet that no router may fragment.</summary>
    public int SendIkeWhole(IPEndPoint remote, ReadOnlySpan<byte> message) =>
        _socket.SendWhole(remote, _hasNonEspMarker ? UdpEncapsulation.NonEspMarker : [], message);

    /// <summary>Sends a NAT keepalive (RFC 3948 2.3).</summary>
    public void SendKeepalive(IPEndPoint remote) => _socket.Send(remote, UdpEncapsulation.Keepalive, []);

    /// <summary>Sends ESP packets.</summary>
    /// <returns>How many the network refused.</returns>
    public int Send(ReadOnlySpan<EspDatagram> datagrams) => _socket.Send(datagrams);

    public void Dispose()
    {
        _socket.StopReceiving();
        _thread?.Join();
        _socket.Dispose();
    }

    private void Receive(IDatagramReceiver receiver)
    {
        var batch = new ReceivedBatch();
        List<EspDatagram> esp = [];
        try
        {
            while (_socket.Receive(batch) > 0)
            {
                foreach (ref readonly EspDatagram datagrams in batch.Datagrams)
                    Sort(receiver, datagrams, esp);
                Deliver(receiver, esp);
            }
        }
        catch (SocketException e)
        {
            receiver.Lose(e);
        }
    }

    /// <summary>
    /// Hands IKE messages on and collects ESP packets, whose order to each other stays. The kernel joins by length alone: an IKE message
    /// may stand among ESP packets.
    /// </summary>
    private void Sort(IDatagramReceiver receiver, in EspDatagram datagrams, List<EspDatagram> esp)
    {
        int begin = 0;
        int count = datagrams.Count;
        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> one = datagrams[i].Payload;
            ReadOnlyMemory<byte> content = one;
            DatagramKind kind = _hasNonEspMarker ? UdpEncapsulation.Classify(one, out content) : DatagramKind.Ike;
            if (kind == DatagramKind.Esp)
                continue;
            Collect(datagrams, begin, i, esp);
            begin = i + 1;
            if (kind != DatagramKind.Ike)
                continue;
            // What came before it goes before it: it may delete the SA of those packets.
            Deliver(receiver, esp);
            receiver.ReceiveIke(datagrams.Path, content.Span);
        }
        Collect(datagrams, begin, count, esp);
    }

    private static void Collect(in EspDatagram datagrams, int begin, int end, List<EspDatagram> esp)
    {
        if (begin == end)
            return;
        esp.Add(datagrams[begin..end]);
    }

    private static void Deliver(IDatagramReceiver receiver, List<EspDatagram> esp)
    {
        if (esp.Count == 0)
            return;
        receiver.ReceiveEsp(CollectionsMarshal.AsSpan(esp));
        esp.Clear();
    }
}

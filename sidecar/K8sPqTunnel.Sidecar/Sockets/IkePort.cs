using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>One bound UDP port of IKE, which ESP may share (RFC 7296 2, RFC 3948).</summary>
/// <remarks>Receives on threads of its own; sends on the caller's. A datagram that the network refuses counts as lost, as UDP has it.</remarks>
internal sealed class IkePort : IDisposable
{
    /// <summary>Room for bursts of ESP while the receiver is busy, in octets; the kernel caps it at net.core.rmem_max.</summary>
    private const int SocketBuffer = 4 << 20;

    private readonly DatagramSocket _socket;
    private readonly bool _hasNonEspMarker;
    private readonly bool _opensEsp;
    private DatagramReceivers? _receivers;

    private IkePort(DatagramSocket socket, DataplaneKind dataplane)
    {
        _socket = socket;
        _hasNonEspMarker = new PeerPath(Local, Local).HasNonEspMarker;
        _opensEsp = _hasNonEspMarker && dataplane == DataplaneKind.Userspace;
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
            : DatagramSocket.Bind(local, SocketBuffer), dataplane);
    }

    /// <summary>Begins to hear. Once.</summary>
    public void Listen(IDatagramReceiver receiver) => _receivers = new DatagramReceivers(
        _socket, $"udp {Local.Port}", _opensEsp ? DatagramReceivers.MostForEsp : 1, () => new SharedPortHandler(receiver, _hasNonEspMarker), receiver.Lose);

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
        _receivers?.Dispose();
        _socket.Dispose();
    }
}

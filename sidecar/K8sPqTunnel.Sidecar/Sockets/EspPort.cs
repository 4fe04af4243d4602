using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>ESP straight over IP (protocol 50) at one local address, for the user-space data plane.</summary>
/// <remarks>Receives on threads of its own; sends on the caller's.</remarks>
internal sealed class EspPort : IDisposable
{
    /// <summary>As an <see cref="IkePort"/> has.</summary>
    private const int SocketBuffer = 4 << 20;

    private readonly DatagramSocket _socket;
    private readonly DatagramReceivers _receivers;

    private EspPort(DatagramSocket socket, IDatagramReceiver receiver)
    {
        _socket = socket;
        _receivers = new DatagramReceivers(socket, "esp", DatagramReceivers.MostForEsp, () => new EspHandler(receiver), receiver.Lose);
    }

    /// <returns>Null where raw sockets are not allowed (NET_RAW).</returns>
    /// <exception cref="SocketException">The address is not ours.</exception>
    public static EspPort? TryOpen(IPAddress local, IDatagramReceiver receiver)
    {
        try
        {
            return new EspPort(DatagramSocket.BindEsp(local, SocketBuffer), receiver);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            return null;
        }
    }

    /// <returns>How many the network refused.</returns>
    public int Send(ReadOnlySpan<EspDatagram> packets) => _socket.Send(packets);

    public void Dispose()
    {
        _receivers.Dispose();
        _socket.Dispose();
    }
}

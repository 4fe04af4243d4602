using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>One bound UDP port of IKE, which ESP may share (RFC 7296 2, RFC 3948).</summary>
/// <remarks>Receives on a thread of its own; sends on the caller's. A datagram that the network refuses counts as lost, as UDP has it.</remarks>
internal sealed class IkePort : IDisposable
{
    /// <summary>The largest UDP payload over IPv4, in octets.</summary>
    private const int LargestDatagram = 65507;

    /// <summary>Room for bursts of ESP while the receiver is busy, in octets; the kernel caps it at net.core.rmem_max.</summary>
    private const int SocketBuffer = 4 << 20;

    private readonly Socket _socket;
    private readonly bool _hasNonEspMarker;
    private Thread? _thread;
    private long _unsent;
    private volatile bool _closing;

    private IkePort(Socket socket)
    {
        _socket = socket;
        Local = (IPEndPoint)socket.LocalEndPoint!;
        _hasNonEspMarker = new PeerPath(Local, Local).HasNonEspMarker;
    }

    public IPEndPoint Local { get; }

    /// <summary>Datagrams that the network refused to take.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    /// <exception cref="SocketException">The address is not ours, or the port is taken.</exception>
    public static IkePort Bind(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = SocketBuffer,
            SendBufferSize = SocketBuffer,
        };
        try
        {
            socket.Bind(local);
            return new IkePort(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins to hear. Once.</summary>
    public void Listen(IDatagramReceiver receiver)
    {
        _thread = new Thread(() => Receive(receiver)) { IsBackground = true, Name = $"udp {Local.Port}" };
        _thread.Start();
    }

    /// <summary>Sends one IKE message, with the non-ESP marker where this port is shared with ESP.</summary>
    public void SendIke(IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        if (!_hasNonEspMarker)
        {
            Send(remote, message);
            return;
        }
        // RFC 3948 2.2. IKE messages are few: a copy on the stack or heap costs nothing that counts.
        Span<byte> marked = message.Length <= 2048 ? stackalloc byte[4 + message.Length] : new byte[4 + message.Length];
        UdpEncapsulation.NonEspMarker.CopyTo(marked);
        message.CopyTo(marked[4..]);
        Send(remote, marked);
    }

    /// <summary>Sends a datagram as it is: an ESP packet or a NAT keepalive.</summary>
    public void Send(IPEndPoint remote, ReadOnlySpan<byte> datagram)
    {
        try
        {
            _socket.SendTo(datagram, remote);
        }
        catch (SocketException)
        {
            // No route, a firewall, a full queue: to the protocols above, a lost datagram.
            Interlocked.Increment(ref _unsent);
        }
        catch (ObjectDisposedException)
        {
            // The port closes while the data plane still drains.
        }
    }

    public void Dispose()
    {
        _closing = true;
        _socket.Dispose();
        _thread?.Join();
    }

    private void Receive(IDatagramReceiver receiver)
    {
        byte[] buffer = new byte[LargestDatagram];
        var from = new SocketAddress(_socket.AddressFamily);
        SocketAddress? knownFrom = null;
        PeerPath path = default;

        while (TryReceive(receiver, buffer, from, out int length))
        {
            // Nearly every datagram comes from the peer of the one before it: its endpoint is made once.
            if (!from.Equals(knownFrom))
            {
                knownFrom = Copy(from);
                path = new PeerPath(Local, (IPEndPoint)Local.Create(from));
            }
            Deliver(receiver, path, buffer.AsMemory(0, length));
        }
    }

    private void Deliver(IDatagramReceiver receiver, in PeerPath path, ReadOnlyMemory<byte> datagram)
    {
        if (!_hasNonEspMarker)
        {
            receiver.ReceiveIke(path, datagram.Span);
            return;
        }
        switch (UdpEncapsulation.Classify(datagram, out ReadOnlyMemory<byte> content))
        {
            case DatagramKind.Ike:
                receiver.ReceiveIke(path, content.Span);
                break;
            case DatagramKind.Esp:
                receiver.ReceiveEsp(path, content);
                break;
        }
    }

    /// <returns>False once the socket is closed or lost.</returns>
    private bool TryReceive(IDatagramReceiver receiver, byte[] buffer, SocketAddress from, out int length)
    {
        while (true)
        {
            try
            {
                length = _socket.ReceiveFrom(buffer, SocketFlags.None, from);
                return true;
            }
            catch (Exception e) when (_closing && e is SocketException or ObjectDisposedException)
            {
                length = 0;
                return false;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable)
            {
                // An ICMP error about something sent earlier: the protocols above have their own timers.
            }
            catch (SocketException e)
            {
                receiver.Lose(e);
                length = 0;
                return false;
            }
        }
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}

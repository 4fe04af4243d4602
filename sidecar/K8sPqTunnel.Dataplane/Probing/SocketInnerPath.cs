using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>The inner side of a tunnel whose packets the kernel carries: a raw ICMP socket of this host, whose packets take the workload's way.</summary>
/// <remarks>Ends when nobody taps it any more.</remarks>
internal sealed class SocketInnerPath : IInnerPath
{
    private const int Ipv4HeaderLength = 20;
    private const int Ipv6HeaderLength = 40;
    private const int VersionSix = 0x60;
    private const int NextHeaderOffset = 6;
    private const int LongestPacket = 2048;

    private readonly Socket _socket;
    private readonly EndPoint _target;
    private readonly bool _isIpv6;
    private volatile Func<ReadOnlySpan<byte>, bool>? _tap;

    private SocketInnerPath(Socket socket, IPAddress target)
    {
        _socket = socket;
        _target = new IPEndPoint(target, 0);
        _isIpv6 = target.AddressFamily == AddressFamily.InterNetworkV6;
        _ = ListenAsync();
    }

    public Func<ReadOnlySpan<byte>, bool>? Tap
    {
        set
        {
            _tap = value;
            if (value is null)
                _socket.Dispose();
        }
    }

    private int HeaderLength => _isIpv6 ? Ipv6HeaderLength : Ipv4HeaderLength;

    private ProtocolType Protocol => _isIpv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp;

    /// <exception cref="NotSupportedException"><paramref name="source"/> is not an address of this host, or raw sockets are not allowed.</exception>
    public static SocketInnerPath Open(IPAddress source, IPAddress target)
    {
        try
        {
            bool isIpv6 = target.AddressFamily == AddressFamily.InterNetworkV6;
            var socket = new Socket(target.AddressFamily, SocketType.Raw, isIpv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
            try
            {
                socket.Bind(new IPEndPoint(source, 0));
                return new SocketInnerPath(socket, target);
            }
            catch (SocketException)
            {
                socket.Dispose();
                throw;
            }
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new NotSupportedException($"the kernel's data plane sends probes from an address of this host only, and {source} is none: give this host an address in the tunnel's local networks, or leave the probe out", refused);
        }
        catch (SocketException refused)
        {
            throw new NotSupportedException($"the probe needs a raw ICMP socket, which is refused ({refused.Message}): give the process the capability NET_RAW", refused);
        }
    }

    public bool TrySend(ReadOnlyMemory<byte> packet)
    {
        try
        {
            // The kernel writes the header by itself, as for the workload's packets.
            _socket.SendTo(packet.Span[HeaderLength..], SocketFlags.None, _target);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task ListenAsync()
    {
        byte[] buffer = new byte[HeaderLength + LongestPacket];
        // In IPv6 the kernel keeps the header for itself (RFC 3542 3).
        Memory<byte> room = _isIpv6 ? buffer.AsMemory(Ipv6HeaderLength) : buffer;
        buffer[0] = VersionSix;
        buffer[NextHeaderOffset] = (byte)Protocol;
        try
        {
            while (true)
            {
                int length = await _socket.ReceiveAsync(room, SocketFlags.None);
                _tap?.Invoke(buffer.AsSpan(0, _isIpv6 ? Ipv6HeaderLength + length : length));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody taps it any more.
        }
    }
}

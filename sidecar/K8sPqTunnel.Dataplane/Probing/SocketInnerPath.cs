using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>
/// The inner side of a tunnel whose packets the kernel carries: a socket of this host, whose packets take the workload's way. For ICMP and
/// TCP it is a raw one; the kernel itself ends what a TCP answer began.
/// </summary>
/// <remarks>Ends when nobody taps it any more.</remarks>
internal sealed class SocketInnerPath : IInnerPath
{
    private const int VersionSix = 0x60;
    private const int VersionFour = 0x45;
    private const int Ipv4ProtocolOffset = 9;
    private const int Ipv6ProtocolOffset = 6;
    private const int LongestPacket = 2048;
    private const int SocketLevel = 1;                                  // SOL_SOCKET
    private const int MarkOption = 36;                                  // SO_MARK

    private readonly Socket _socket;
    private readonly bool _isIpv6;
    private readonly ProtocolType _protocol;
    private readonly ushort _port;
    private volatile Func<ReadOnlySpan<byte>, bool>? _tap;

    private SocketInnerPath(Socket socket, ProtocolType protocol, ushort port)
    {
        _socket = socket;
        _isIpv6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        _protocol = protocol;
        _port = port;
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

    private int IpHeaderLength => _isIpv6 ? IpPacket.Ipv6HeaderLength : IpPacket.Ipv4HeaderLength;

    /// <summary>Octets that the kernel writes by itself, and keeps for itself.</summary>
    private int HeaderLength => IpHeaderLength + (_protocol == ProtocolType.Udp ? UdpEcho.HeaderLength : 0);

    /// <param name="mark">Of what is sent; null for none.</param>
    /// <exception cref="NotSupportedException"><paramref name="source"/> is not an address of this host, or raw sockets are not allowed.</exception>
    public static SocketInnerPath Open(IPAddress source, ProbeOptions options, PacketMark? mark = null)
    {
        ProtocolType protocol = (options.Protocol, IpPacket.IsIpv6(options.Target)) switch
        {
            (ProbeProtocol.Udp, _) => ProtocolType.Udp,
            (ProbeProtocol.Tcp, _) => ProtocolType.Tcp,
            (_, true) => ProtocolType.IcmpV6,
            _ => ProtocolType.Icmp,
        };
        try
        {
            var socket = new Socket(options.Target.AddressFamily, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Raw, protocol);
            try
            {
                if (mark is { } own)
                    socket.SetRawSocketOption(SocketLevel, MarkOption, BitConverter.GetBytes(own.Value));
                socket.Bind(new IPEndPoint(source, 0));
                // Only what comes from the target is ours.
                socket.Connect(options.Target, protocol == ProtocolType.Udp ? options.Port : 0);
                return new SocketInnerPath(socket, protocol, options.Port);
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
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new NotSupportedException($"the probe needs a raw socket, which is refused ({refused.Message}): give the process the capability NET_RAW, or set spec.probe.protocol: Udp", refused);
        }
        catch (SocketException refused)
        {
            throw new NotSupportedException($"there is no way from {source} to the probe's target {options.Target} ({refused.Message}): check this host's routes", refused);
        }
    }

    public bool TrySend(ReadOnlyMemory<byte> packet)
    {
        try
        {
            // The kernel writes the header by itself, as for the workload's packets.
            _socket.Send(packet.Span[HeaderLength..], SocketFlags.None);
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
        // A raw socket of IPv4 shows the IP header, others begin behind it (RFC 3542 3).
        bool showsHeader = !_isIpv6 && _protocol != ProtocolType.Udp;
        if (!showsHeader)
            WriteHeader(buffer);
        while (true)
        {
            try
            {
                int length = await _socket.ReceiveAsync(showsHeader ? buffer : buffer.AsMemory(HeaderLength), SocketFlags.None);
                _tap?.Invoke(buffer.AsSpan(0, showsHeader ? length : HeaderLength + length));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable)
            {
                // An ICMP error is no answer, and the next request may have one.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;                                                 // Nobody taps it any more.
            }
        }
    }

    /// <summary>What the kernel kept, as far as a <see cref="ProbeMessage"/> looks at it.</summary>
    private void WriteHeader(Span<byte> buffer)
    {
        buffer[0] = _isIpv6 ? (byte)VersionSix : (byte)VersionFour;
        buffer[_isIpv6 ? Ipv6ProtocolOffset : Ipv4ProtocolOffset] = (byte)_protocol;
        if (_protocol != ProtocolType.Udp)
            return;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[IpHeaderLength..], _port);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(IpHeaderLength + 2)..], UdpEcho.SourcePort);
    }
}

using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Dataplane.Xfrm;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Datagrams;

/// <summary>A bound UDP socket, or one for ESP over IP, that sends and receives many datagrams by one system call: sendmmsg(2) and recvmmsg(2), UDP_SEGMENT and UDP_GRO.</summary>
/// <remarks>Receiving is one thread's at a time; sending is any's. Where the kernel lacks an offload, datagrams go and come one by one.</remarks>
public sealed class DatagramSocket : IDisposable
{
    private const int DontWait = 0x40;                                  // MSG_DONTWAIT
    private const int MessagesPerSend = PinnedPayloads.Capacity;
    private const int ControlsLength = 2 * ControlMessage.Space;
    private const int NonBlockingCloseOnExec = 0x80800;                 // EFD_NONBLOCK | EFD_CLOEXEC
    private const int NoTimeout = -1;
    private const int ReceiveTos = 13;                                  // IP_RECVTOS
    private const int ReceiveTrafficClass = 66;                         // IPV6_RECVTCLASS
    private const int ReceiveErrorsIpv6 = 25;                           // IPV6_RECVERR
    private const int ErrorQueue = 0x2000;                              // MSG_ERRQUEUE
    private const int MostReports = 3;
    private const int On = 1;
    private const int RawCloseOnExec = 0x80003;                         // SOCK_RAW | SOCK_CLOEXEC
    private const int MtuDiscover = 10;                                 // IP_MTU_DISCOVER
    private const int MtuDiscoverIpv6 = 23;                             // IPV6_MTU_DISCOVER
    private const int DiscoverWhereItPays = 1;                          // IP_PMTUDISC_WANT, Linux' own choice
    private const int DiscoverAlways = 2;                               // IP_PMTUDISC_DO
    private const int DiscoverByProbe = 3;                              // IP_PMTUDISC_PROBE

    private readonly Socket _socket;
    private readonly SafeFileHandle _stop = Libc.EventDescriptor(0, NonBlockingCloseOnExec);
    private readonly bool _isIpv6;
    private readonly bool _showsHeader;
    private readonly bool _hearsErrors;
    private readonly Lock _discoveryLock = new();
    private readonly int _usualDiscovery = DiscoverWhereItPays;
    private readonly bool _wantsOffloads;
    private volatile bool _segments;
    private volatile bool _closing;

    private DatagramSocket(Socket socket, bool wantsOffloads)
    {
        _socket = socket;
        _wantsOffloads = wantsOffloads;
        _isIpv6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        Local = (IPEndPoint)socket.LocalEndPoint!;
        // Linux 4.18: a length of 0 changes nothing, and shows that the option is known.
        _segments = wantsOffloads && TrySet(ControlMessage.UdpLevel, ControlMessage.UdpSegment, 0);
        MergesReceived = wantsOffloads && TrySet(ControlMessage.UdpLevel, ControlMessage.UdpGro, On);    // Linux 5.0
        _ = _isIpv6
            ? TrySet(ControlMessage.Ipv6Level, ReceiveTrafficClass, On)
            : TrySet(ControlMessage.IpLevel, ReceiveTos, On);
        // What the kernel cuts has DF only so (RFC 4301 8.1); otherwise it takes the whole burst for a packet that does not fit.
        if (_segments && !_isIpv6 && TrySetDiscovery(DiscoverAlways))
            _usualDiscovery = DiscoverAlways;
    }

    /// <summary>A raw one.</summary>
    private DatagramSocket(Socket socket, IPEndPoint local)
        : this(socket, wantsOffloads: false)
    {
        Local = local;
        // Of IPv4 the kernel hands up the header too (raw(7)).
        _showsHeader = !_isIpv6;
        // Of IPv6 it believes "packet too big" only for a raw socket that wants to hear of errors, or is connected (Linux' rawv6_err).
        _hearsErrors = _isIpv6 && TrySet(ControlMessage.Ipv6Level, ReceiveErrorsIpv6, On);
    }

    public IPEndPoint Local { get; }

    /// <summary>The kernel, or the network card, cuts what is sent (UDP_SEGMENT).</summary>
    public bool SegmentsSent => _segments;

    /// <summary>The kernel joins what is received (UDP_GRO).</summary>
    public bool MergesReceived { get; }

    /// <summary>What this kernel's UDP sockets lack that makes the data plane quick, in words; null where they have all, or need none.</summary>
    public string? MissingOffload => !_wantsOffloads ? null : !_segments ? "UDP_SEGMENT (Linux 4.18)" : !MergesReceived ? "UDP_GRO (Linux 5.0)" : null;

    /// <param name="buffer">Room for bursts in each direction, in octets; the kernel caps it at net.core.rmem_max and wmem_max.</param>
    /// <exception cref="SocketException">The address is not ours, or the port is taken.</exception>
    public static DatagramSocket Bind(IPEndPoint local, int buffer) => Bind(local, buffer, wantsOffloads: true);

    /// <summary>A socket whose packets the kernel's XFRM policies let pass.</summary>
    /// <param name="receivesEsp">The kernel takes ESP in UDP that arrives at it, and hands up the rest.</param>
    /// <exception cref="SocketException">The address is not ours, or the port is taken.</exception>
    /// <exception cref="Netlink.NetlinkException">The kernel has no XFRM, or the privilege is missing.</exception>
    public static DatagramSocket BindBesideXfrm(IPEndPoint local, int buffer, bool receivesEsp)
    {
        // Joined datagrams would be taken for one ESP packet.
        DatagramSocket bound = Bind(local, buffer, wantsOffloads: false);
        try
        {
            XfrmSockets.Bypass(bound._socket);
            if (receivesEsp)
                XfrmSockets.ReceiveEsp(bound._socket);
            return bound;
        }
        catch
        {
            bound.Dispose();
            throw;
        }
    }

    internal static DatagramSocket Bind(IPEndPoint local, int buffer, bool wantsOffloads)
    {
        ArgumentNullException.ThrowIfNull(local);
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = buffer, SendBufferSize = buffer };
        try
        {
            socket.Bind(local);
            return new DatagramSocket(socket, wantsOffloads);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket for ESP straight over IP (protocol 50), whose paths have no ports.</summary>
    /// <param name="buffer">As above.</param>
    /// <exception cref="SocketException">The address is not ours, or the capability NET_RAW is missing.</exception>
    public static DatagramSocket BindEsp(IPAddress local, int buffer)
    {
        ArgumentNullException.ThrowIfNull(local);
        // .NET knows the protocol's number, but not how to ask for it.
        using SafeFileHandle opened = Libc.Socket(IpFamily.Of(local).Number, RawCloseOnExec, EspFormat.Protocol);
        if (opened.IsInvalid)
            throw new SocketException((int)(Errno.Last is Errno.NotPermitted or Errno.AccessDenied ? SocketError.AccessDenied : SocketError.ProtocolNotSupported));
        var socket = new Socket(new SafeSocketHandle(opened.DangerousGetHandle(), ownsHandle: true)) { ReceiveBufferSize = buffer, SendBufferSize = buffer };
        opened.SetHandleAsInvalid();
        try
        {
            socket.Bind(new IPEndPoint(local, 0));
            return new DatagramSocket(socket, new IPEndPoint(local, 0));
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends each datagram, or drops it as a network would.</summary>
    /// <returns>How many were refused, for want of a route or room or because the socket is closed.</returns>
    public int Send(ReadOnlySpan<EspDatagram> batch)
    {
        bool held = false;
        try
        {
            _socket.SafeHandle.DangerousAddRef(ref held);
            int descriptor = (int)_socket.SafeHandle.DangerousGetHandle();
            int refused = 0;
            for (; batch.Length > MessagesPerSend; batch = batch[MessagesPerSend..])
                refused += SendSome(descriptor, batch[..MessagesPerSend]);
            return refused + SendSome(descriptor, batch);
        }
        catch (ObjectDisposedException)
        {
            return EspDatagram.CountOf(batch);                          // The socket closes while the data plane still drains.
        }
        finally
        {
            if (held)
                _socket.SafeHandle.DangerousRelease();
        }
    }

    /// <summary>Sends one datagram, which stands in two places.</summary>
    /// <returns>How many were refused, as above: 0 or 1.</returns>
    public int Send(IPEndPoint remote, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => Send(remote, first, second, mayFragment: true);

    private unsafe int Send(IPEndPoint remote, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, bool mayFragment)
    {
        ArgumentNullException.ThrowIfNull(remote);
        byte* address = stackalloc byte[SocketAddressFormat.LongestLength];
        fixed (byte* begin = first, end = second)
        {
            IoVector* vectors = stackalloc IoVector[] { new(begin, first.Length), new(end, second.Length) };
            var message = new MessageHeader
            {
                Name = address,
                NameLength = SocketAddressFormat.Write(remote, new Span<byte>(address, SocketAddressFormat.LongestLength)),
                Vectors = vectors,
                VectorCount = 2,
            };
            return SendOne(&message, mayFragment);
        }
    }

    /// <summary>
    /// Sends a datagram as one IP packet that no router may fragment, whatever the kernel has learnt of the path. What other threads send
    /// in that moment goes so too, which does them no harm where it fits.
    /// </summary>
    /// <returns>1 where it was refused: for want of a route or room, or because the interface takes no packet as large.</returns>
    public int SendWhole(IPEndPoint remote, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message)
    {
        lock (_discoveryLock)
        {
            if (!TrySetDiscovery(DiscoverByProbe))
                return 1;
            int refused = Send(remote, prefix, message, mayFragment: false);
            TrySetDiscovery(_usualDiscovery);
            return refused;
        }
    }

    /// <summary>Waits for datagrams.</summary>
    /// <returns>How many messages the batch holds now; 0 once the socket is closed.</returns>
    /// <exception cref="SocketException">The socket is lost.</exception>
    public unsafe int Receive(ReceivedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int descriptor = (int)_socket.SafeHandle.DangerousGetHandle();
        while (!_closing)
        {
            int wanted = batch.Prepare();
            int count = Libc.ReceiveMessages(descriptor, batch.Headers, (uint)wanted, DontWait, 0);
            if (count > 0)
                return batch.Take(count, Local, _showsHeader);
            if (count < 0 && !IsPassing(Errno.Last) && !(_hearsErrors && Errno.Last is Errno.MessageSize or Errno.AccessDenied or Errno.ProtocolError))
                throw new SocketException(Errno.Last);
            if (count < 0 && Errno.Last == Errno.TryAgain)
                WaitUntilReadable(descriptor);
        }
        return 0;
    }

    /// <summary>Ends a wait in <see cref="Receive"/>, from any thread.</summary>
    public void StopReceiving()
    {
        _closing = true;
        _ = Libc.Write(_stop, BitConverter.GetBytes(1ul), sizeof(ulong));
    }

    /// <summary>Closes it. Nobody may be receiving any more.</summary>
    public void Dispose()
    {
        _closing = true;
        _socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>An ICMP error about something sent earlier: the protocols above have their own timers.</summary>
    private static bool IsPassing(int error) =>
        error is Errno.TryAgain or Errno.Interrupted or Errno.ConnectionRefused or Errno.HostUnreachable or Errno.NetworkUnreachable;

    private unsafe int SendOne(MessageHeader* message, bool mayFragment)
    {
        bool held = false;
        try
        {
            _socket.SafeHandle.DangerousAddRef(ref held);
            int descriptor = (int)_socket.SafeHandle.DangerousGetHandle();
            int sent;
            do
                sent = Hand(descriptor, message, 1);
            while (sent < 0 && Errno.Last == Errno.Interrupted);
            return sent == 1 || (mayFragment && IsTooLarge && TrySendInFragments(descriptor, message)) ? 0 : 1;
        }
        catch (ObjectDisposedException)
        {
            return 1;
        }
        finally
        {
            if (held)
                _socket.SafeHandle.DangerousRelease();
        }
    }

    private unsafe int SendSome(int descriptor, ReadOnlySpan<EspDatagram> batch)
    {
        MessageHeader* messages = stackalloc MessageHeader[batch.Length];
        IoVector* vectors = stackalloc IoVector[batch.Length];
        byte* addresses = stackalloc byte[batch.Length * SocketAddressFormat.LongestLength];
        byte* controls = stackalloc byte[batch.Length * ControlsLength];
        PinnedPayloads pinned = default;
        try
        {
            for (int i = 0; i < batch.Length; i++)
            {
                pinned[i] = batch[i].Payload.Pin();
                byte* address = addresses + i * SocketAddressFormat.LongestLength;
                byte* control = controls + i * ControlsLength;
                vectors[i] = new IoVector((byte*)pinned[i].Pointer, batch[i].Payload.Length);
                messages[i] = new MessageHeader
                {
                    Name = address,
                    NameLength = SocketAddressFormat.Write(batch[i].Path.Remote, new Span<byte>(address, SocketAddressFormat.LongestLength)),
                    Vectors = vectors + i,
                    VectorCount = 1,
                    Control = control,
                    ControlLength = WriteControls(batch[i], new Span<byte>(control, ControlsLength)),
                };
            }
            return SendMessages(descriptor, batch, messages);
        }
        finally
        {
            for (int i = 0; i < batch.Length; i++)
                pinned[i].Dispose();
        }
    }

    private unsafe int SendMessages(int descriptor, ReadOnlySpan<EspDatagram> batch, MessageHeader* messages)
    {
        int refused = 0;
        for (int next = 0; next < batch.Length;)
        {
            if (batch[next].Count > 1 && !_segments)
            {
                refused += SendApart(descriptor, batch[next], messages + next);
                next++;
                continue;
            }
            int run = 1;
            while (next + run < batch.Length && (_segments || batch[next + run].Count == 1))
                run++;
            int sent = Hand(descriptor, messages + next, (uint)run);
            if (sent > 0)
                next += sent;
            else if (Errno.Last != Errno.Interrupted)
                refused += SkipRefused(descriptor, batch[next], messages + next++);
        }
        return refused;
    }

    /// <summary>sendmmsg(2). A socket that hears of errors gets those about packets before instead of sending this one: then it is handed over again.</summary>
    private unsafe int Hand(int descriptor, MessageHeader* messages, uint count)
    {
        int sent = Libc.SendMessages(descriptor, messages, count, 0);
        for (int left = MostReports; sent < 0 && _hearsErrors && left > 0; left--)
            sent = Libc.SendMessages(descriptor, messages, count, 0);
        return sent;
    }

    /// <summary>A message was refused: where that may be the cutting's fault, its packets are tried one by one.</summary>
    private unsafe int SkipRefused(int descriptor, in EspDatagram datagram, MessageHeader* message)
    {
        if (datagram.Count == 1)
            return IsTooLarge && TrySendInFragments(descriptor, message) ? 0 : 1;
        // The way out has no checksum offload, which cutting needs: nor will it have it for the next.
        if (Errno.Last == Errno.InputOutput)
            _segments = false;
        return SendApart(descriptor, datagram, message);
    }

    /// <summary>The last datagram was refused, since the path carries less, as far as the kernel knows.</summary>
    private bool IsTooLarge => Errno.Last == Errno.MessageSize && _usualDiscovery == DiscoverAlways;

    /// <summary>
    /// Sends what does not fit as fragments: a tunnel's MTU may be larger than what fits, by configuration or as IPv6 wants it. What other
    /// threads send in that moment may be fragmented on the way.
    /// </summary>
    private unsafe bool TrySendInFragments(int descriptor, MessageHeader* message)
    {
        lock (_discoveryLock)
        {
            if (!TrySetDiscovery(DiscoverWhereItPays))
                return false;
            bool isSent = Libc.SendMessages(descriptor, message, 1, 0) == 1;
            TrySetDiscovery(_usualDiscovery);
            return isSent;
        }
    }

    private unsafe int SendApart(int descriptor, in EspDatagram datagram, MessageHeader* message)
    {
        int refused = 0;
        IoVector whole = *message->Vectors;
        message->ControlLength = datagram.TrafficClass == 0 ? 0 : ControlMessage.Space;
        for (int i = 0; i < datagram.Count; i++)
        {
            *message->Vectors = new IoVector(whole.Start + i * datagram.SegmentLength, datagram[i].Payload.Length);
            refused += Libc.SendMessages(descriptor, message, 1, 0) == 1 || (IsTooLarge && TrySendInFragments(descriptor, message)) ? 0 : 1;
        }
        return refused;
    }

    /// <summary>The traffic class first: it stays where the packets have to be sent one by one.</summary>
    private int WriteControls(in EspDatagram datagram, Span<byte> destination)
    {
        int length = 0;
        if (datagram.TrafficClass != 0)
        {
            length += _isIpv6
                ? ControlMessage.Write(destination, ControlMessage.Ipv6Level, ControlMessage.Ipv6TrafficClass, datagram.TrafficClass, isShort: false)
                : ControlMessage.Write(destination, ControlMessage.IpLevel, ControlMessage.IpTos, datagram.TrafficClass, isShort: false);
        }
        if (datagram.Count > 1)
            length += ControlMessage.Write(destination[length..], ControlMessage.UdpLevel, ControlMessage.UdpSegment, datagram.SegmentLength, isShort: true);
        return length;
    }

    private void WaitUntilReadable(int descriptor)
    {
        Span<PollEntry> entries =
        [
            new PollEntry { Descriptor = descriptor, Requested = PollEntry.Readable },
            new PollEntry { Descriptor = (int)_stop.DangerousGetHandle(), Requested = PollEntry.Readable },
        ];
        _ = Libc.Poll(entries, (nuint)entries.Length, NoTimeout);
        if (_hearsErrors && (entries[0].Returned & PollEntry.Error) != 0)
            DropErrors(descriptor);
    }

    /// <summary>Empties the queue of errors, which the kernel has acted on already, so that the next wait is one.</summary>
    private static unsafe void DropErrors(int descriptor)
    {
        MessageHeader nothing = default;
        while (Libc.ReceiveMessages(descriptor, &nothing, 1, ErrorQueue | DontWait, 0) > 0)
            nothing = default;
    }

    private bool TrySetDiscovery(int how)
    {
        try
        {
            return _isIpv6 ? TrySet(ControlMessage.Ipv6Level, MtuDiscoverIpv6, how) : TrySet(ControlMessage.IpLevel, MtuDiscover, how);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private bool TrySet(int level, int option, long value) =>
        Libc.SetSocketOption(_socket.SafeHandle, level, option, [value], sizeof(int)) == 0;
}

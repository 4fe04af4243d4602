using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Userspace;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Records the packets of one family on one interface of a namespace by a packet socket.</summary>
internal sealed partial class WireCapture : IDisposable
{
    private const int AddressFamilyPacket = 17;
    private const int CookedNonBlocking = 0x802;            // SOCK_DGRAM | SOCK_NONBLOCK: packets without their link-layer header
    private const ushort Ipv4InNetworkOrder = 0x0008;
    private const ushort Ipv6InNetworkOrder = 0xdd86;
    private const int LinkLayerAddressLength = 20;          // struct sockaddr_ll
    private const int PacketTypeOffset = 10;
    private const byte Outgoing = 4;

    /// <summary>ETH_P_ALL: only by it does a socket see what leaves.</summary>
    private const ushort AllInNetworkOrder = 0x0300;
    private readonly SafeFileHandle _socket;
    private readonly bool _outgoingOnly;
    private readonly ushort _family;

    /// <param name="outgoingOnly">Not what arrives: the kernel shows a packet that its own ESP has opened there too.</param>
    public WireCapture(NetworkNamespace space, string interfaceName, bool ipv6 = false, bool outgoingOnly = false)
    {
        _outgoingOnly = outgoingOnly;
        _family = ipv6 ? Ipv6InNetworkOrder : Ipv4InNetworkOrder;
        ushort protocol = outgoingOnly ? AllInNetworkOrder : _family;
        _socket = space.Run(() => Libc.Socket(AddressFamilyPacket, CookedNonBlocking, protocol));
        Span<byte> address = stackalloc byte[LinkLayerAddressLength];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)AddressFamilyPacket);
        MemoryMarshal.Write(address[2..], protocol);
        MemoryMarshal.Write(address[4..], IndexOf(space, interfaceName));
        Assert.Equal(0, Libc.Bind(_socket, address, address.Length));
    }

    /// <summary>What came by since the last call.</summary>
    public List<InnerHeader> Take() => [.. TakeWhole().Select(packet =>
    {
        Assert.True(InnerHeader.TryParse(packet, out InnerHeader header));
        return header;
    })];

    /// <summary>The same from the IP header on.</summary>
    public List<byte[]> TakeWhole()
    {
        List<byte[]> seen = [];
        byte[] packet = new byte[65536];
        byte[] from = new byte[LinkLayerAddressLength];
        while (true)
        {
            int addressLength = from.Length;
            nint length = ReceiveFrom(_socket, packet, packet.Length, 0, from, ref addressLength);
            if (length < 0)
                return seen;
            if (_outgoingOnly && (from[PacketTypeOffset] != Outgoing || MemoryMarshal.Read<ushort>(from.AsSpan(2)) != _family))
                continue;
            seen.Add(packet[..(int)length]);
        }
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    private static partial nint ReceiveFrom(
        SafeFileHandle socket, Span<byte> buffer, nint length, int flags, Span<byte> address, ref int addressLength);

    private static int IndexOf(NetworkNamespace space, string name) => space.Run(() =>
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        return new Links(socket).List().Single(link => link.Name == name).Index;
    });
}

using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Userspace;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Records the packets of one family on one interface of a namespace, both ways, by a packet socket.</summary>
internal sealed class WireCapture : IDisposable
{
    private const int AddressFamilyPacket = 17;
    private const int CookedNonBlocking = 0x802;            // SOCK_DGRAM | SOCK_NONBLOCK: packets without their link-layer header
    private const ushort Ipv4InNetworkOrder = 0x0008;
    private const ushort Ipv6InNetworkOrder = 0xdd86;
    private const int LinkLayerAddressLength = 20;          // struct sockaddr_ll
    private readonly SafeFileHandle _socket;

    public WireCapture(NetworkNamespace space, string interfaceName, bool ipv6 = false)
    {
        ushort family = ipv6 ? Ipv6InNetworkOrder : Ipv4InNetworkOrder;
        _socket = space.Run(() => Libc.Socket(AddressFamilyPacket, CookedNonBlocking, family));
        Span<byte> address = stackalloc byte[LinkLayerAddressLength];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)AddressFamilyPacket);
        MemoryMarshal.Write(address[2..], family);
        MemoryMarshal.Write(address[4..], IndexOf(space, interfaceName));
        Assert.Equal(0, Libc.Bind(_socket, address, address.Length));
    }

    /// <summary>What came by since the last call.</summary>
    public List<InnerHeader> Take()
    {
        List<InnerHeader> seen = [];
        byte[] packet = new byte[65536];
        while (true)
        {
            nint length = Libc.Receive(_socket, packet, packet.Length, 0);
            if (length < 0)
                return seen;
            Assert.True(InnerHeader.TryParse(packet.AsSpan(0, (int)length), out InnerHeader header));
            seen.Add(header);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static int IndexOf(NetworkNamespace space, string name) => space.Run(() =>
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        return new Links(socket).List().Single(link => link.Name == name).Index;
    });
}

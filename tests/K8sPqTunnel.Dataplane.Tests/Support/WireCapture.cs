using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Userspace;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Records the IPv4 packets on all interfaces of a namespace but loopback and the tunnels, both ways, by a packet socket.</summary>
internal sealed class WireCapture : IDisposable
{
    private const int AddressFamilyPacket = 17;
    private const int RawNonBlocking = 0x803;
    private const int Ipv4InNetworkOrder = 0x0008;
    private const int EthernetHeaderLength = 14;
    private readonly SafeFileHandle _socket;

    public WireCapture(NetworkNamespace space)
    {
        _socket = space.Run(() => Libc.Socket(AddressFamilyPacket, RawNonBlocking, Ipv4InNetworkOrder));
        Assert.False(_socket.IsInvalid);
    }

    /// <summary>What came by since the last call.</summary>
    public List<Ipv4Header> Take()
    {
        List<Ipv4Header> seen = [];
        byte[] frame = new byte[65536];
        while (true)
        {
            nint length = Libc.Receive(_socket, frame, frame.Length, 0);
            if (length < 0)
                return seen;
            // Frames of TUN and others without Ethernet header begin with the packet itself.
            bool ethernet = length > EthernetHeaderLength && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) == 0x0800 && frame[0] >> 4 != 4;
            if (ethernet && Ipv4Header.TryParse(frame.AsSpan(EthernetHeaderLength, (int)length - EthernetHeaderLength), out Ipv4Header header))
                seen.Add(header);
        }
    }

    public void Dispose() => _socket.Dispose();
}

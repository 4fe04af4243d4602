using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Datagrams;

/// <summary>struct sockaddr_in and sockaddr_in6.</summary>
internal static class SocketAddressFormat
{
    public const int LongestLength = Ipv6Length;
    private const int Ipv4Length = 16;
    private const int Ipv6Length = 28;
    private const int PortOffset = 2;
    private const int Ipv4Address = 4;
    private const int Ipv6Address = 8;
    private const int Ipv6Scope = 24;
    private const ushort Ipv4Family = 2;
    private const ushort Ipv6Family = 10;

    /// <summary>Writes an address; gives its length.</summary>
    public static int Write(IPEndPoint end, Span<byte> destination)
    {
        bool isIpv6 = end.AddressFamily == AddressFamily.InterNetworkV6;
        int length = isIpv6 ? Ipv6Length : Ipv4Length;
        destination[..length].Clear();
        MemoryMarshal.Write(destination, isIpv6 ? Ipv6Family : Ipv4Family);
        BinaryPrimitives.WriteUInt16BigEndian(destination[PortOffset..], (ushort)end.Port);
        end.Address.TryWriteBytes(destination[(isIpv6 ? Ipv6Address : Ipv4Address)..], out _);
        if (isIpv6)
            MemoryMarshal.Write(destination[Ipv6Scope..], (uint)end.Address.ScopeId);
        return length;
    }

    public static IPEndPoint Read(ReadOnlySpan<byte> source)
    {
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(source[PortOffset..]);
        return MemoryMarshal.Read<ushort>(source) == Ipv6Family
            ? new IPEndPoint(new IPAddress(source.Slice(Ipv6Address, 16), MemoryMarshal.Read<uint>(source[Ipv6Scope..])), port)
            : new IPEndPoint(new IPAddress(source.Slice(Ipv4Address, 4)), port);
    }
}

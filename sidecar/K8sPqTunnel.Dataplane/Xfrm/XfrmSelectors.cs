using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>
/// Puts traffic selectors, which are ranges (RFC 7296 3.13.1), into the kernel's, which are prefixes: of addresses, and of ports as
/// numbers of 16 bits.
/// </summary>
internal static class XfrmSelectors
{
    private const int PortBits = 16;

    /// <summary>From each local network to each remote one of its family.</summary>
    public static IEnumerable<XfrmSelector> Outbound(IEnumerable<IPNetwork> local, IReadOnlyList<IPNetwork> remote) =>
        from source in local
        from destination in remote
        where source.BaseAddress.AddressFamily == destination.BaseAddress.AddressFamily
        select new XfrmSelector(source, destination);

    /// <summary>From each local selector to each remote one that it can meet; none twice.</summary>
    public static IReadOnlyList<XfrmSelector> Outbound(IReadOnlyList<TrafficSelector> local, IReadOnlyList<TrafficSelector> remote) =>
    [
        .. (from source in local
            from destination in remote
            where source.Family == destination.Family
            let protocol = ProtocolOfBoth(source.Protocol, destination.Protocol)
            where protocol is not null
            from sourceNetwork in Networks(source)
            from destinationNetwork in Networks(destination)
            from sourcePort in Ports(source)
            from destinationPort in Ports(destination)
            select new XfrmSelector(sourceNetwork, destinationNetwork, protocol.Value, sourcePort, destinationPort)).Distinct(),
    ];

    /// <summary>The fewest networks that are together exactly the selector's range of addresses.</summary>
    public static IEnumerable<IPNetwork> Networks(TrafficSelector selector)
    {
        IpFamily family = IpFamily.Of(selector.Start);
        foreach ((UInt128 value, int freeBits) in Prefixes(ToNumber(selector.Start), ToNumber(selector.End), family.AddressBits))
            yield return new IPNetwork(ToAddress(value, family), family.AddressBits - freeBits);
    }

    /// <summary>The fewest masked ports that are together exactly the selector's range; any port is mask 0.</summary>
    public static IEnumerable<XfrmPort> Ports(TrafficSelector selector)
    {
        foreach ((UInt128 value, int freeBits) in Prefixes(selector.StartPort, selector.EndPort, PortBits))
            yield return new XfrmPort((ushort)value, (ushort)(ushort.MaxValue << freeBits));
    }

    /// <summary>Null where nothing can be of both.</summary>
    private static byte? ProtocolOfBoth(byte left, byte right) => left == 0 ? right : right == 0 || left == right ? left : null;

    /// <summary>Cuts a range into blocks, each as large as its first number and the rest of the range allow.</summary>
    private static IEnumerable<(UInt128 Value, int FreeBits)> Prefixes(UInt128 first, UInt128 last, int bits)
    {
        while (true)
        {
            int free = 0;
            while (free < bits && (first & (UInt128.One << free)) == 0 && last - first >= LastOf(free + 1))
                free++;
            yield return (first, free);
            UInt128 end = first + LastOf(free);
            if (end >= last)
                yield break;
            first = end + 1;
        }
    }

    /// <summary>The highest number of this many bits.</summary>
    private static UInt128 LastOf(int bits) => bits == 0 ? UInt128.Zero : UInt128.MaxValue >> (128 - bits);

    private static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        return length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt128BigEndian(octets);
    }

    private static IPAddress ToAddress(UInt128 number, IpFamily family)
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, number);
        return new IPAddress(octets[^family.AddressLength..]);
    }
}

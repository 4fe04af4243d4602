using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The traffic selectors of one side of an SA, ready to be asked per packet.</summary>
internal sealed class SelectorSet(IReadOnlyList<TrafficSelector> selectors)
{
    private const byte AnyProtocol = 0;

    private readonly Range[] _ipv4 = [.. RangesOf(selectors, AddressFamily.InterNetwork)];
    private readonly Range[] _ipv6 = [.. RangesOf(selectors, AddressFamily.InterNetworkV6)];

    /// <summary>Does a selector cover the packet's source?</summary>
    public bool CoversSource(in InnerHeader header) => Covers(header, header.Source, header.SourcePort);

    /// <summary>Does a selector cover the packet's destination?</summary>
    public bool CoversDestination(in InnerHeader header) => Covers(header, header.Destination, header.DestinationPort);

    private bool Covers(in InnerHeader header, UInt128 address, ushort port)
    {
        foreach (ref readonly Range range in (header.IsIpv6 ? _ipv6 : _ipv4).AsSpan())
        {
            if (address < range.Start || address > range.End || (range.Protocol != AnyProtocol && range.Protocol != header.Protocol))
                continue;
            // RFC 4301 4.4.1.1: what carries no port (a later fragment too) matches only a selector that asks for none.
            if (range.AnyPort || (header.HasPorts && port >= range.StartPort && port <= range.EndPort))
                return true;
        }
        return false;
    }

    private static IEnumerable<Range> RangesOf(IReadOnlyList<TrafficSelector> selectors, AddressFamily family) =>
        from selector in selectors
        where selector.Family == family
        select new Range(ToNumber(selector.Start), ToNumber(selector.End), selector.Protocol, selector.StartPort, selector.EndPort);

    private static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        return length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt128BigEndian(octets);
    }

    private readonly record struct Range(UInt128 Start, UInt128 End, byte Protocol, ushort StartPort, ushort EndPort)
    {
        public bool AnyPort => StartPort == 0 && EndPort == ushort.MaxValue;
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The IPv4 traffic selectors of one side of an SA, ready to be asked per packet.</summary>
/// <remarks>Selectors of IPv6 are left out: no IPv4 packet is covered by one.</remarks>
internal sealed class SelectorSet(IReadOnlyList<TrafficSelector> selectors)
{
    private const byte AnyProtocol = 0;

    private readonly Range[] _ranges =
    [
        .. from selector in selectors
           where selector.Family == AddressFamily.InterNetwork
           select new Range(ToNumber(selector.Start), ToNumber(selector.End), selector.Protocol, selector.StartPort, selector.EndPort),
    ];

    /// <summary>Does a selector cover the packet's source?</summary>
    public bool CoversSource(in Ipv4Header header) => Covers(header, header.Source, header.SourcePort);

    /// <summary>Does a selector cover the packet's destination?</summary>
    public bool CoversDestination(in Ipv4Header header) => Covers(header, header.Destination, header.DestinationPort);

    private bool Covers(in Ipv4Header header, uint address, ushort port)
    {
        foreach (ref readonly Range range in _ranges.AsSpan())
        {
            if (address < range.Start || address > range.End || (range.Protocol != AnyProtocol && range.Protocol != header.Protocol))
                continue;
            // RFC 4301 4.4.1.1: what carries no port (a later fragment too) matches only a selector that asks for none.
            if (range.AnyPort || (header.HasPorts && port >= range.StartPort && port <= range.EndPort))
                return true;
        }
        return false;
    }

    private static uint ToNumber(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[4];
        address.TryWriteBytes(octets, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(octets);
    }

    private readonly record struct Range(uint Start, uint End, byte Protocol, ushort StartPort, ushort EndPort)
    {
        public bool AnyPort => StartPort == 0 && EndPort == ushort.MaxValue;
    }
}

using System.Net;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Records what two gateways send each other.</summary>
internal sealed class OuterWire(TwoGateways net, bool ipv6 = false) : IDisposable
{
    private const byte Icmp = 1;
    private const byte IcmpV6 = 58;

    private readonly WireCapture[] _ends =
    [
        new(net.Left, "wan0", ipv6, outgoingOnly: true), new(net.Right, "wan0", ipv6, outgoingOnly: true),
    ];

    /// <summary>What was sent since the last call, without what the gateways themselves say to each other in ICMP.</summary>
    public List<InnerHeader> Take() => [.. _ends.SelectMany(end => end.Take()).Where(packet => !IsTheirOwn(packet))];

    public void Dispose()
    {
        foreach (WireCapture end in _ends)
            end.Dispose();
    }

    /// <summary>Of IPv6 neighbour discovery, of IPv4 that nobody listens on the port: 192.0.2.0/24 is no network of the tunnel's.</summary>
    private static bool IsTheirOwn(InnerHeader packet) => packet.IsIpv6
        ? packet.Protocol == IcmpV6 && !IPNetwork.Parse("fd00::/8").Contains(AddressOf(packet.Source))
        : packet.Protocol == Icmp && (uint)packet.Source >> 8 == 0xc00002;

    private static IPAddress AddressOf(UInt128 number)
    {
        byte[] octets = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(octets, number);
        return new IPAddress(octets);
    }
}

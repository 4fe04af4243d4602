using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Offloads;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>ICMP echo in IPv4 (RFC 792) and IPv6 (RFC 4443 4).</summary>
internal sealed class IcmpEcho : ProbeMessage
{
    public const byte Ipv4Protocol = 1;
    public const byte Ipv6Protocol = 58;
    public const byte Ipv4Request = 8;
    public const byte Ipv4Reply = 0;
    public const byte Ipv6Request = 128;
    public const byte Ipv6Reply = 129;
    private const int HeaderLength = 8;

    protected override int PayloadLength => HeaderLength + sizeof(ulong);

    public override void WriteRequest(Span<byte> packet, IPAddress source, IPAddress destination, ushort sequence, ulong token)
    {
        bool isIpv6 = IpPacket.IsIpv6(destination);
        Span<byte> icmp = packet[IpPacket.HeaderLengthTo(destination)..];
        icmp.Clear();
        icmp[0] = isIpv6 ? Ipv6Request : Ipv4Request;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[6..], sequence);
        BinaryPrimitives.WriteUInt64BigEndian(icmp[HeaderLength..], token);
        IpPacket.WriteHeader(packet, source, destination, isIpv6 ? Ipv6Protocol : Ipv4Protocol);
        ulong pseudoHeader = isIpv6 ? PseudoHeader.Sum(packet, Ipv6Protocol, icmp.Length) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(pseudoHeader + InternetChecksum.Sum(icmp)));
    }

    public override bool TryReadAnswer(ReadOnlySpan<byte> packet, out ulong token, out bool begunSomething)
    {
        token = 0;
        begunSomething = false;
        if (!IpPacket.TryReadPayload(packet, Ipv4Protocol, Ipv6Protocol, out ReadOnlySpan<byte> icmp) || icmp.Length != PayloadLength
            || icmp[0] != (packet[0] >> 4 == 6 ? Ipv6Reply : Ipv4Reply))
            return false;
        token = BinaryPrimitives.ReadUInt64BigEndian(icmp[HeaderLength..]);
        return true;
    }
}

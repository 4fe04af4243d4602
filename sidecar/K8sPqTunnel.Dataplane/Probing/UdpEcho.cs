using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Offloads;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>A datagram of 8 octets to a service that sends back what it gets (RFC 862).</summary>
internal sealed class UdpEcho(ushort port) : ProbeMessage
{
    public const byte Protocol = 17;
    public const int HeaderLength = 8;
    public const ushort SourcePort = FirstSourcePort;

    protected override int PayloadLength => HeaderLength + sizeof(ulong);

    public override void WriteRequest(Span<byte> packet, IPAddress source, IPAddress destination, ushort sequence, ulong token)
    {
        Span<byte> udp = packet[IpPacket.HeaderLengthTo(destination)..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        udp[6..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(udp[HeaderLength..], token);
        IpPacket.WriteHeader(packet, source, destination, Protocol);
        ushort checksum = InternetChecksum.Finish(PseudoHeader.Sum(packet, Protocol, udp.Length) + InternetChecksum.Sum(udp));
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? ushort.MaxValue : checksum);            // RFC 768: 0 says that there is none
    }

    public override bool TryReadAnswer(ReadOnlySpan<byte> packet, out ulong token, out bool begunSomething)
    {
        token = 0;
        begunSomething = false;
        if (!IpPacket.TryReadPayload(packet, Protocol, Protocol, out ReadOnlySpan<byte> udp) || udp.Length != PayloadLength
            || BinaryPrimitives.ReadUInt16BigEndian(udp) != port || BinaryPrimitives.ReadUInt16BigEndian(udp[2..]) != SourcePort)
            return false;
        token = BinaryPrimitives.ReadUInt64BigEndian(udp[HeaderLength..]);
        return true;
    }
}

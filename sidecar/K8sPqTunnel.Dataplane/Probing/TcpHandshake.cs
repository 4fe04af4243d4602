using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Offloads;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>
/// The first segment of a TCP connection (RFC 9293 3.5). The target answers with the second, and is told at once that the connection is
/// over; or it refuses, which shows as well that packets pass.
/// </summary>
internal sealed class TcpHandshake(ushort port) : ProbeMessage
{
    private const byte Protocol = 6;
    private const int HeaderLength = 20;
    private const byte DataOffset = HeaderLength / 4 << 4;
    private const byte Syn = 0x02;
    private const byte Rst = 0x04;
    private const byte Ack = 0x10;
    private const ushort Window = 1024;

    /// <summary>Ports of ours, each used again only after so many probes: a target may remember the last connection a while.</summary>
    private const ushort Ports = 4096;

    protected override int PayloadLength => HeaderLength;

    /// <summary>The sequence number, which comes back increased by one.</summary>
    public override ulong TokenMask => uint.MaxValue;

    public override void WriteRequest(Span<byte> packet, IPAddress source, IPAddress destination, ushort sequence, ulong token) =>
        Write(packet, source, destination, (ushort)(FirstSourcePort + sequence % Ports), (uint)token, Syn);

    public override bool TryReadAnswer(ReadOnlySpan<byte> packet, out ulong token, out bool begunSomething)
    {
        token = 0;
        begunSomething = false;
        if (!TryReadSegment(packet, out ReadOnlySpan<byte> tcp) || (tcp[13] & Ack) == 0 || (tcp[13] & (Syn | Rst)) == 0)
            return false;
        token = unchecked(BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]) - 1);
        begunSomething = (tcp[13] & Rst) == 0;
        return true;
    }

    public override byte[] EndOf(ReadOnlySpan<byte> answer, IPAddress source, IPAddress destination)
    {
        if (!TryReadSegment(answer, out ReadOnlySpan<byte> tcp))
            return [];
        byte[] packet = new byte[LengthTo(destination)];
        Write(packet, source, destination, BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]), BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]), Rst);
        return packet;
    }

    private bool TryReadSegment(ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> tcp) =>
        IpPacket.TryReadPayload(packet, Protocol, Protocol, out tcp) && tcp.Length >= HeaderLength
        && BinaryPrimitives.ReadUInt16BigEndian(tcp) == port
        && BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]) is >= FirstSourcePort and < FirstSourcePort + Ports;

    private void Write(Span<byte> packet, IPAddress source, IPAddress destination, ushort sourcePort, uint number, byte flags)
    {
        Span<byte> tcp = packet[IpPacket.HeaderLengthTo(destination)..];
        tcp.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(tcp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], number);
        tcp[12] = DataOffset;
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], Window);
        IpPacket.WriteHeader(packet, source, destination, Protocol);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], InternetChecksum.Finish(PseudoHeader.Sum(packet, Protocol, tcp.Length) + InternetChecksum.Sum(tcp)));
    }
}

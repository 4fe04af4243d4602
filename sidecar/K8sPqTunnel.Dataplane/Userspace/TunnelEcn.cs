using System.Buffers.Binary;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>DSCP and ECN across the tunnel (RFC 4301 5.1.2.1, RFC 6040).</summary>
internal static class TunnelEcn
{
    private const byte EcnMask = 0b11;
    private const byte NotEct = 0b00;
    private const byte Ect1 = 0b01;
    private const byte CongestionExperienced = 0b11;

    /// <summary>RFC 8200 3: version 4 bits, traffic class 8 bits; so ECN stands in the second octet's upper half.</summary>
    private const int Ipv6EcnShift = 4;

    /// <summary>The outer TOS octet: DSCP and ECN of the inner header.</summary>
    /// <remarks>RFC 6040 4.1, normal mode: who speaks IKEv2 brings a congestion mark back in (RFC 7296 2.24, RFC 4301 5.1.2.1).</remarks>
    public static byte Encapsulate(byte inner) => inner;

    /// <summary>Brings the outer ECN field into an authenticated inner packet (RFC 6040 4.2, figure 4); false: the packet is to be dropped.</summary>
    public static bool TryDecapsulate(Span<byte> innerPacket, byte outer)
    {
        byte outerEcn = (byte)(outer & EcnMask);
        byte innerEcn = EcnOf(innerPacket);
        if (outerEcn == CongestionExperienced)
        {
            if (innerEcn == NotEct)
                return false;
            SetEcn(innerPacket, CongestionExperienced);
        }
        else if (outerEcn == Ect1 && innerEcn is not (NotEct or CongestionExperienced))
        {
            SetEcn(innerPacket, Ect1);
        }
        return true;
    }

    private static bool IsIpv6(ReadOnlySpan<byte> packet) => packet[0] >> 4 == 6;

    private static byte EcnOf(ReadOnlySpan<byte> packet) => (byte)((IsIpv6(packet) ? packet[1] >> Ipv6EcnShift : packet[1]) & EcnMask);

    /// <summary>Rewrites the field, and with it the header checksum where there is one (RFC 1624 3, equation 3).</summary>
    private static void SetEcn(Span<byte> packet, byte ecn)
    {
        if (IsIpv6(packet))
        {
            packet[1] = (byte)((packet[1] & ~(EcnMask << Ipv6EcnShift)) | (ecn << Ipv6EcnShift));
            return;
        }
        ushort oldWord = BinaryPrimitives.ReadUInt16BigEndian(packet);
        packet[1] = (byte)((packet[1] & ~EcnMask) | ecn);
        ushort newWord = BinaryPrimitives.ReadUInt16BigEndian(packet);
        uint sum = (uint)(ushort)~BinaryPrimitives.ReadUInt16BigEndian(packet[10..]) + (ushort)~oldWord + newWord;
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], (ushort)~sum);
    }
}

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Offloads;

/// <summary>A number that all packets of a flow have in common, those of its other direction too.</summary>
internal static class FlowHash
{
    private const uint Spread = 0x9E3779B1;                             // 2^32 / golden ratio (Knuth, The Art of Computer Programming 6.4)
    private const int Ipv6HeaderLength = 40;
    private const ushort FragmentMask = 0x3fff;

    /// <param name="packet">A whole IP packet, or its headers at least.</param>
    public static uint Of(ReadOnlySpan<byte> packet)
    {
        bool isIpv6 = packet[0] >> 4 == 6;
        ReadOnlySpan<uint> addresses = MemoryMarshal.Cast<byte, uint>(isIpv6 ? packet.Slice(8, 32) : packet.Slice(12, 8));
        uint hash = 0;
        foreach (uint word in addresses)
            hash += word;
        return Mix(hash + Ports(packet, isIpv6));
    }

    // Fragments but the first have no ports, so none of a packet's fragments may count them.
    private static uint Ports(ReadOnlySpan<byte> packet, bool isIpv6)
    {
        int upper = isIpv6 ? Ipv6HeaderLength : (packet[0] & 0x0f) * 4;
        byte protocol = isIpv6 ? packet[6] : packet[9];
        bool isFragment = !isIpv6 && (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & FragmentMask) != 0;
        return protocol is not (6 or 17) || isFragment || packet.Length < upper + 4
            ? 0
            : (uint)BinaryPrimitives.ReadUInt16BigEndian(packet[upper..]) + BinaryPrimitives.ReadUInt16BigEndian(packet[(upper + 2)..]);
    }

    private static uint Mix(uint value) => BitOperations.RotateLeft(value * Spread, 16) * Spread >> 8;
}

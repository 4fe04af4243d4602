using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace K8sPqTunnel.Dataplane.Offloads;

/// <summary>The checksum of IP, TCP and UDP (RFC 1071), over many octets at a time.</summary>
/// <remarks>
/// Sums are of words in the machine's own order, which RFC 1071 2 (B) allows; they can be added to each other as long as each part but the
/// last has an even length.
/// </remarks>
internal static class InternetChecksum
{
    /// <summary>Sums a part.</summary>
    public static ulong Sum(ReadOnlySpan<byte> octets) => SumOf(octets);

    /// <summary>Copies and sums in one pass, since packets of this size do not stay in the first cache.</summary>
    public static ulong CopyAndSum(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        source.CopyTo(destination);
        return SumOf(destination[..source.Length]);
    }

    /// <summary>The checksum field's value for a sum, as it stands in the packet (big-endian when written as big-endian).</summary>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);

    /// <summary>A sum in 16 bits, big-endian, not complemented: what partial checksum offload expects in the field.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & uint.MaxValue) + (sum >> 32);
        uint half = (uint)sum;
        half = (half & ushort.MaxValue) + (half >> 16);
        half = (half & ushort.MaxValue) + (half >> 16);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)half) : (ushort)half;
    }

    /// <summary>The sum of a 16-bit number, for pseudo headers.</summary>
    public static ulong OfWord(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static ulong SumOf(ReadOnlySpan<byte> octets)
    {
        ulong sum = 0;
        ref byte at = ref MemoryMarshal.GetReference(octets);
        int left = octets.Length;
        if (left >= 2 * Vector256<byte>.Count)
        {
            // 32-bit words in lanes of 64 bits: no packet is long enough to overflow them.
            Vector256<ulong> mask = Vector256.Create((ulong)uint.MaxValue);
            Vector256<ulong> even = Vector256<ulong>.Zero, odd = Vector256<ulong>.Zero;
            while (left >= Vector256<byte>.Count)
            {
                Vector256<ulong> words = Vector256.LoadUnsafe(ref at).AsUInt64();
                even += words & mask;
                odd += words >>> 32;
                at = ref Unsafe.Add(ref at, Vector256<byte>.Count);
                left -= Vector256<byte>.Count;
            }
            sum = Vector256.Sum(even) + Vector256.Sum(odd);
        }
        for (; left >= sizeof(uint); left -= sizeof(uint))
        {
            sum += Unsafe.ReadUnaligned<uint>(ref at);
            at = ref Unsafe.Add(ref at, sizeof(uint));
        }
        if (left >= sizeof(ushort))
        {
            sum += Unsafe.ReadUnaligned<ushort>(ref at);
            at = ref Unsafe.Add(ref at, sizeof(ushort));
            left -= sizeof(ushort);
        }
        // RFC 1071 4.1: a last octet counts as a word with a zero behind it.
        return left == 0 ? sum : sum + (BitConverter.IsLittleEndian ? at : (ulong)at << 8);
    }
}

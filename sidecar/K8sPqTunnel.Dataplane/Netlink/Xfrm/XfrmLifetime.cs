using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>How much a state may carry (struct xfrm_lifetime_cfg): at the soft limit the kernel tells, at the hard one the state is gone.</summary>
/// <remarks>Times stay unlimited: IKE keeps the time.</remarks>
internal sealed record XfrmLifetime(ulong SoftOctets, ulong HardOctets, ulong SoftPackets, ulong HardPackets)
{
    /// <summary>8 numbers of 8 octets.</summary>
    public const int Length = 64;

    /// <summary>XFRM_INF.</summary>
    public const ulong Infinite = ulong.MaxValue;

    public static XfrmLifetime Unlimited { get; } = new(Infinite, Infinite, Infinite, Infinite);

    /// <summary>Where the kernel does not look at it.</summary>
    public static XfrmLifetime Unsaid { get; } = new(0, 0, 0, 0);

    /// <param name="target">Zeroed before.</param>
    public void Write(Span<byte> target)
    {
        MemoryMarshal.Write(target, SoftOctets);
        MemoryMarshal.Write(target[8..], HardOctets);
        MemoryMarshal.Write(target[16..], SoftPackets);
        MemoryMarshal.Write(target[24..], HardPackets);
    }

    public static XfrmLifetime Read(ReadOnlySpan<byte> source) => new(
        MemoryMarshal.Read<ulong>(source), MemoryMarshal.Read<ulong>(source[8..]),
        MemoryMarshal.Read<ulong>(source[16..]), MemoryMarshal.Read<ulong>(source[24..]));
}

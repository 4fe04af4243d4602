using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>How much a state may carry (struct xfrm_lifetime_cfg): at the soft limit the kernel tells, at the hard one the state is gone.</summary>
/// <remarks>Of the times only the last one is set, for a state that outlives its process: as long as there is one, IKE keeps the time.</remarks>
internal sealed record XfrmLifetime(ulong SoftOctets, ulong HardOctets, ulong SoftPackets, ulong HardPackets)
{
    // hard_add_expires_seconds, behind the numbers of octets and packets and the soft one.
    private const int HardSecondsOffset = 40;

    /// <summary>8 numbers of 8 octets.</summary>
    public const int Length = 64;

    /// <summary>Seconds from its making after which the state is gone; 0: never.</summary>
    public ulong HardSeconds { get; init; }

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
        MemoryMarshal.Write(target[HardSecondsOffset..], HardSeconds);
    }

    public static XfrmLifetime Read(ReadOnlySpan<byte> source) => new(
        MemoryMarshal.Read<ulong>(source), MemoryMarshal.Read<ulong>(source[8..]),
        MemoryMarshal.Read<ulong>(source[16..]), MemoryMarshal.Read<ulong>(source[24..]))
    {
        HardSeconds = MemoryMarshal.Read<ulong>(source[HardSecondsOffset..]),
    };
}

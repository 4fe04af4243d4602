using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>What a state has carried and refused (struct xfrm_lifetime_cur, struct xfrm_stats, XFRMA_LASTUSED).</summary>
/// <param name="Octets">Of inner packets.</param>
/// <param name="OutsideWindow">Packets older than the replay window.</param>
/// <param name="Replayed">Packets that had come before.</param>
/// <param name="NotAuthentic">Packets with a wrong ICV.</param>
/// <param name="LastUsed">Seconds since 1970; 0 for never, and before Linux 6.2 perhaps for ever.</param>
internal sealed record XfrmUsage(ulong Octets, ulong Packets, uint OutsideWindow, uint Replayed, uint NotAuthentic, ulong LastUsed)
{
    /// <summary>bytes 8, packets 8, add_time 8, use_time 8.</summary>
    public const int CounterLength = 32;

    public static XfrmUsage None { get; } = new(0, 0, 0, 0, 0, 0);

    public XfrmUsage Plus(XfrmUsage other) => new(
        Octets + other.Octets, Packets + other.Packets, OutsideWindow + other.OutsideWindow, Replayed + other.Replayed,
        NotAuthentic + other.NotAuthentic, Math.Max(LastUsed, other.LastUsed));

    /// <param name="counters">struct xfrm_lifetime_cur.</param>
    /// <param name="faults">struct xfrm_stats.</param>
    public static XfrmUsage Read(ReadOnlySpan<byte> counters, ReadOnlySpan<byte> faults) => new(
        MemoryMarshal.Read<ulong>(counters), MemoryMarshal.Read<ulong>(counters[8..]),
        MemoryMarshal.Read<uint>(faults), MemoryMarshal.Read<uint>(faults[4..]), MemoryMarshal.Read<uint>(faults[8..]), 0);
}

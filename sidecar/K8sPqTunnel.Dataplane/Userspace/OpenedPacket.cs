using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>An authentic ESP packet that has been opened.</summary>
/// <param name="Sa">Of its SPI.</param>
/// <param name="Path">Where it came from.</param>
/// <param name="Sequence">All 64 bits of its number.</param>
/// <param name="Octets">That count against the SA's limits.</param>
/// <param name="Queue">Of the inner side, where its flow belongs.</param>
internal record struct OpenedPacket(InboundSa Sa, PeerPath Path, ulong Sequence, int Octets, int Queue)
{
    /// <summary>Why it goes no further; None for a good one.</summary>
    public EspDrop Verdict { get; set; }

    /// <summary>The inner packet; empty for a dummy, and where it is refused, unless that is for the selectors alone.</summary>
    public Memory<byte> Inner { get; set; }

    /// <summary>Goes on to the inner side.</summary>
    public readonly bool IsWanted => Verdict == EspDrop.None && !Inner.IsEmpty;
}

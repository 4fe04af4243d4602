using System.Net;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>An ESP state in tunnel mode: one direction of a child SA, as the kernel has it.</summary>
internal sealed record XfrmState
{
    /// <summary>The longest window that the kernel takes, in packets.</summary>
    public const int LongestWindow = 4096;

    /// <summary>Outer address.</summary>
    public required IPAddress Source { get; init; }

    /// <summary>Outer address.</summary>
    public required IPAddress Destination { get; init; }

    public required uint Spi { get; init; }

    /// <summary>Ties states to the templates of policies; whose a state is shows by it.</summary>
    public required uint Reqid { get; init; }

    public XfrmStateFlags Flags { get; init; }

    /// <summary>In packets; 0 for no check, except with extended sequence numbers, which the kernel always checks.</summary>
    public int ReplayWindow { get; init; }

    /// <summary>Combined-mode algorithm.</summary>
    public XfrmAlgorithm? Aead { get; init; }

    public XfrmAlgorithm? Cipher { get; init; }

    public XfrmAlgorithm? Integrity { get; init; }

    /// <summary>Null for ESP straight over IP.</summary>
    public XfrmEncapsulation? Encapsulation { get; init; }

    public XfrmMark? Mark { get; init; }

    /// <summary>Put on what comes out: sealed packets outbound, opened ones inbound.</summary>
    public XfrmMark? OutputMark { get; init; }

    /// <summary>if_id of the xfrm interface; 0 for none.</summary>
    public uint InterfaceId { get; init; }

    public XfrmDirection? Direction { get; init; }

    public XfrmOffload? Offload { get; init; }

    public XfrmLifetime Lifetime { get; init; } = XfrmLifetime.Unlimited;

    /// <summary>Inner packets that it is for; null for any.</summary>
    public XfrmSelector? Selector { get; init; }

    /// <summary>Only read.</summary>
    public XfrmUsage Usage { get; init; } = XfrmUsage.None;

    public XfrmStateId Id => new(Source, Destination, Spi, Mark);

    public bool HasExtendedSequence => Flags.HasFlag(XfrmStateFlags.ExtendedSequence);
}

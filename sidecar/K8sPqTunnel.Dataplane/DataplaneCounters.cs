using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane;

/// <summary>What has passed a tunnel since the process started. Octets are those of inner packets.</summary>
/// <param name="Drops">Dropped packets by reason, in the names of the kernel's /proc/net/xfrm_stat where one fits.</param>
public sealed record DataplaneCounters(
    long InboundPackets,
    long InboundOctets,
    long OutboundPackets,
    long OutboundOctets,
    IReadOnlyDictionary<string, long> Drops)
{
    /// <summary>The child SAs that are installed, by our SPI.</summary>
    public IReadOnlyDictionary<EspSpi, ChildActivity> Activity { get; init; } = new Dictionary<EspSpi, ChildActivity>();

    /// <summary>Health checks of the peer that were answered.</summary>
    public long ProbesAnswered { get; init; }

    /// <summary>Openings of TCP connections that were told a smaller segment, so that what follows fits.</summary>
    public long Clamped { get; init; }
}

namespace K8sPqTunnel.Sidecar.State;

/// <summary>What has passed since the daemon started; octets of inner packets.</summary>
public sealed record CounterSnapshot
{
    public long InboundPackets { get; init; }

    public long InboundOctets { get; init; }

    public long OutboundPackets { get; init; }

    public long OutboundOctets { get; init; }

    /// <summary>Health checks of the peer that were answered.</summary>
    public long ProbesAnswered { get; init; }

    /// <summary>Openings of TCP connections that were told a smaller segment.</summary>
    public long Clamped { get; init; }

    /// <summary>The same with more drops.</summary>
    public CounterSnapshot Plus(IReadOnlyDictionary<string, long> drops) => this with
    {
        Drops = Drops.Concat(drops).GroupBy(drop => drop.Key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Sum(drop => drop.Value), StringComparer.Ordinal),
    };

    /// <summary>Dropped packets and datagrams by reason.</summary>
    public IReadOnlyDictionary<string, long> Drops { get; init; } = new Dictionary<string, long>();
}

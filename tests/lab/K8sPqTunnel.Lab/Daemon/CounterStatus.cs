namespace K8sPqTunnel.Lab.Daemon;

/// <summary>The counters of a <see cref="TunnelStatus"/>.</summary>
public sealed record CounterStatus(long InboundPackets, long OutboundPackets, IReadOnlyDictionary<string, long> Drops)
{
    public long ProbesAnswered { get; init; }

    /// <summary>Of inner packets.</summary>
    public long InboundOctets { get; init; }

    public long OutboundOctets { get; init; }
}

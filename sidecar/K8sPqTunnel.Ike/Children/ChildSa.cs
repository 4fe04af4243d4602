namespace K8sPqTunnel.Ike.Children;

/// <summary>A pair of ESP SAs as IKE negotiated it (RFC 7296 2.9, 2.17): all that a data plane needs to carry its packets.</summary>
/// <remarks>Whoever receives it in an intent owns it and disposes it, which zeroes the keys.</remarks>
public sealed class ChildSa : IDisposable
{
    /// <summary>Our SPI: what the peer writes into the packets it sends us.</summary>
    public required EspSpi InboundSpi { get; init; }

    /// <summary>The peer's SPI.</summary>
    public required EspSpi OutboundSpi { get; init; }

    public required EspTransform Transform { get; init; }

    public required ChildSaKeys InboundKeys { get; init; }

    public required ChildSaKeys OutboundKeys { get; init; }

    /// <summary>Where the packets run outside the tunnel at first; <see cref="IIkeOutput.Move"/> tells of every later path.</summary>
    public required PeerPath Path { get; init; }

    /// <summary>ESP in UDP (RFC 3948) over <see cref="Path"/>; otherwise ESP straight over IP.</summary>
    public required bool UdpEncapsulation { get; init; }

    /// <summary>Traffic selectors of our side, narrowed.</summary>
    public required IReadOnlyList<TrafficSelector> LocalSelectors { get; init; }

    /// <summary>Traffic selectors of the peer's side, narrowed.</summary>
    public required IReadOnlyList<TrafficSelector> RemoteSelectors { get; init; }

    /// <summary>Anti-replay window in packets; 0 turns the check off (RFC 4303 3.4.3).</summary>
    public required int ReplayWindow { get; init; }

    /// <summary>How much each half may carry.</summary>
    public SaLimits Limits { get; init; } = SaLimits.None;

    /// <summary>IKE removes it before it is older; null where nobody does.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>It is for the same traffic.</summary>
    internal bool HasSelectorsOf(ChildSa other) =>
        LocalSelectors.SequenceEqual(other.LocalSelectors) && RemoteSelectors.SequenceEqual(other.RemoteSelectors);

    public void Dispose()
    {
        InboundKeys.Dispose();
        OutboundKeys.Dispose();
    }
}

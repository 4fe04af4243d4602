namespace K8sPqTunnel.Sidecar.State;

/// <summary>A child SA in use.</summary>
public sealed record ChildSaSnapshot
{
    /// <summary>Our SPI, eight hexadecimal digits.</summary>
    public required string InboundSpi { get; init; }

    /// <summary>The peer's SPI, eight hexadecimal digits.</summary>
    public required string OutboundSpi { get; init; }

    /// <summary>The chosen proposal in strongSwan's keywords.</summary>
    public required string Proposal { get; init; }

    /// <summary>The key exchanges of its own; empty where its keys derive from the IKE SA's alone.</summary>
    public required IReadOnlyList<string> KeyExchanges { get; init; }

    public required QuantumSafety QuantumSafety { get; init; }

    /// <summary>Our side's networks as the peer narrowed them.</summary>
    public required IReadOnlyList<string> Local { get; init; }

    /// <summary>The peer's networks as it narrowed them.</summary>
    public required IReadOnlyList<string> Remote { get; init; }

    public required DateTimeOffset EstablishedAt { get; init; }

    /// <summary>When the last packet came in by it, to a second; null for never.</summary>
    public DateTimeOffset? LastReceivedAt { get; init; }

    /// <summary>When the last packet went out by it.</summary>
    public DateTimeOffset? LastSentAt { get; init; }

    /// <summary>How many rekeys led to it; 0 for the first of its kind.</summary>
    public int Generation { get; init; }

    /// <summary>The largest inner packet that leaves unfragmented outside, in octets; 0 until that is known.</summary>
    public int Mtu { get; init; }
}

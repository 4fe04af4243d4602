namespace K8sPqTunnel.Lab.Daemon;

/// <summary>A child SA of a <see cref="TunnelStatus"/>.</summary>
public sealed record ChildStatus(
    string InboundSpi,
    string OutboundSpi,
    string Proposal,
    string QuantumSafety,
    IReadOnlyList<string> KeyExchanges,
    IReadOnlyList<string> Remote,
    int Generation,
    DateTimeOffset? LastReceivedAt = null,
    DateTimeOffset? LastSentAt = null,
    int Mtu = 0);

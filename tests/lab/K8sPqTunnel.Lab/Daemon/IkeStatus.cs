namespace K8sPqTunnel.Lab.Daemon;

/// <summary>The IKE SA of a <see cref="TunnelStatus"/>.</summary>
public sealed record IkeStatus(string InitiatorSpi, string Proposal, IReadOnlyList<string> KeyExchanges, bool QuantumSafe, bool NatDetected, string Role = "", string? PostquantumKey = null);

namespace K8sPqTunnel.Lab.Daemon;

/// <summary>How often a rekey of a <see cref="TunnelStatus"/> ended in one way.</summary>
public sealed record RekeyStatus(string Kind, string Outcome, bool ByPeer, long Count);

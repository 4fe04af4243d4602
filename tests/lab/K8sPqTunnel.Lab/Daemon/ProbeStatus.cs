namespace K8sPqTunnel.Lab.Daemon;

/// <summary>The probe inside the tunnel of a <see cref="TunnelStatus"/>.</summary>
public sealed record ProbeStatus(string State, long? RoundTripMicroseconds);

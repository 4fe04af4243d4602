namespace K8sPqTunnel.Lab.Daemon;

/// <summary>The last failure of a <see cref="TunnelStatus"/>.</summary>
public sealed record FailureStatus(string Reason, string Message);

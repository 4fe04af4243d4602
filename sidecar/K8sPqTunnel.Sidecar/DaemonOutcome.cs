namespace K8sPqTunnel.Sidecar;

/// <summary>How a daemon ended.</summary>
/// <param name="Message">A sentence for people; empty where there is nothing to say.</param>
public sealed record DaemonOutcome(DaemonEnd End, string Message = "");

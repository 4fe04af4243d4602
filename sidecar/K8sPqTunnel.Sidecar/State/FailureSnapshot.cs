namespace K8sPqTunnel.Sidecar.State;

/// <summary>The last thing that went wrong.</summary>
/// <param name="Reason">A word in CamelCase, fit for a condition's reason.</param>
/// <param name="Message">A sentence that names the thing and says what to do.</param>
public sealed record FailureSnapshot(string Reason, string Message, DateTimeOffset Time);

namespace K8sPqTunnel.Ike.Events;

/// <summary>An attempt failed, or a connection that was up is lost.</summary>
/// <param name="RetryIn">When the next attempt starts, zero where one is under way; null where none is planned: no repeat can mend it, or the next is not ours to begin.</param>
public sealed record ConnectionFailed(string Connection, IkeFailure Failure, TimeSpan? RetryIn) : IkeEvent(Connection);

namespace K8sPqTunnel.Ike.Events;

/// <summary>A child SA beside others could not be made; the others go on.</summary>
/// <param name="RetryIn">When it is tried again.</param>
public sealed record ChildFailed(string Connection, IkeFailure Failure, TimeSpan RetryIn) : IkeEvent(Connection);

using K8sPqTunnel.Bench.Results;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>A line from the process in the cluster's network: what it is at, or at last what it found.</summary>
/// <param name="Note">One phrase for the person who waits.</param>
/// <param name="Results">Everything measured; null until the end.</param>
internal sealed record OperatorReply(string Note, IReadOnlyList<GoalResult>? Results = null);

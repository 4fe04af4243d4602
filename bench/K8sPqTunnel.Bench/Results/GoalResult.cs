namespace K8sPqTunnel.Bench.Results;

/// <summary>A figure held against a promise: an element of <c>artifacts/bench/operator.json</c>.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Of <paramref name="Ours"/> and <paramref name="Goal"/>.</param>
/// <param name="Ours">Our figure.</param>
/// <param name="Goal">What it may be at most; null where nothing was promised.</param>
internal sealed record GoalResult(string Name, string Unit, double Ours, double? Goal = null);

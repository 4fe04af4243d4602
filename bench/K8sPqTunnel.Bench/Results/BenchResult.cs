namespace K8sPqTunnel.Bench.Results;

/// <summary>One comparison: an element of <c>artifacts/bench/*.json</c>.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Of <paramref name="Ours"/> and <paramref name="Peer"/>.</param>
/// <param name="Ours">Our figure.</param>
/// <param name="Peer">The peer's in the same run; null without one.</param>
/// <param name="PeerName">With its version.</param>
/// <param name="Ratio">Above 1 is better for us.</param>
/// <param name="Goal">What the ratio has to reach; null where nothing was promised.</param>
internal sealed record BenchResult(string Name, string Unit, double Ours, double? Peer, string? PeerName, double? Ratio, double? Goal)
{
    /// <summary>More is better, as with rates.</summary>
    public static BenchResult MoreIsBetter(string name, string unit, double ours, double peer, string peerName, double? goal) =>
        new(name, unit, ours, peer, peerName, ours / peer, goal);

    /// <summary>Less is better, as with times and memory.</summary>
    public static BenchResult LessIsBetter(string name, string unit, double ours, double peer, string peerName, double? goal) =>
        new(name, unit, ours, peer, peerName, peer / ours, goal);

    /// <summary>Held against a promise, whatever a peer does.</summary>
    public static BenchResult AtMost(string name, string unit, double ours, double limit) =>
        new(name, unit, ours, limit, "limit", limit / ours, Goal: 1);
}

namespace K8sPqTunnel.Bench.Load;

/// <summary>What a load generator measured.</summary>
/// <param name="Handshakes">Of the measured part.</param>
/// <param name="Failures">Attempts that came to nothing, in all.</param>
/// <param name="Repeats">Requests sent again because the answer was missing, in all.</param>
/// <param name="WallSeconds">Of the measured part.</param>
/// <param name="ResponderCpuSeconds">The same, of the responder.</param>
/// <param name="OwnCpuSeconds">The same, of this process: our initiator and the load generator around it.</param>
/// <param name="OwnAllocatedOctets">On the managed heap, for each handshake.</param>
/// <param name="MedianMilliseconds">From the first message of a handshake to its end, with the others of the window under way.</param>
/// <param name="P99Milliseconds">The same, which one in a hundred exceeds.</param>
/// <param name="ResponderMemoryKiB">VmRSS at the points that the order names.</param>
internal sealed record LoadOutcome(
    int Handshakes,
    int Failures,
    int Repeats,
    double WallSeconds,
    double ResponderCpuSeconds,
    double OwnCpuSeconds,
    double OwnAllocatedOctets,
    double MedianMilliseconds,
    double P99Milliseconds,
    IReadOnlyList<long> ResponderMemoryKiB);

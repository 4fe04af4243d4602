namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>How much is measured.</summary>
/// <param name="WarmUp">Handshakes before each measurement.</param>
/// <param name="Count">Handshakes of each measurement.</param>
/// <param name="Rounds">Measurements of each kind, ours and the peer's in turn; the best of each counts, since all that disturbs makes it worse.</param>
/// <param name="MemoryAt">Numbers of established SAs at which memory is read.</param>
internal sealed record HandshakePlan(int WarmUp, int Count, int Rounds, IReadOnlyList<int> MemoryAt)
{
    /// <summary>Handshakes under way at a time: enough that a responder always has the next message waiting.</summary>
    public const int Window = 32;

    public static HandshakePlan Full { get; } = new(3000, 2000, 3, [0, 1_000, 10_000]);

    public static HandshakePlan Quick { get; } = new(100, 200, 1, [0, 200]);
}

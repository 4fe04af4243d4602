namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>What a data path probe knew at one moment.</summary>
/// <param name="LastRoundTrip">Of the newest answer; null before the first.</param>
/// <param name="MeanRoundTrip">Over the answers in the history; null without one.</param>
/// <param name="Jitter">Mean difference between an answer's round trip and that of the answer before it, in the history; null before the second.</param>
/// <param name="Loss">Share of the settled probes in the history that went unanswered, 0 to 1.</param>
/// <param name="Sent">Probes since the start, those that no SA carried too.</param>
/// <param name="Answered">Answers since the start.</param>
public sealed record ProbeSnapshot(
    DataPathState State, TimeSpan? LastRoundTrip, TimeSpan? MeanRoundTrip, TimeSpan? Jitter, double Loss, long Sent, long Answered)
{
    /// <summary>Before the first probe, or without one.</summary>
    public static ProbeSnapshot Unprobed { get; } = new(DataPathState.Unprobed, null, null, null, 0, 0, 0);
}

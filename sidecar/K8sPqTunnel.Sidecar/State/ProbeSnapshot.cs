namespace K8sPqTunnel.Sidecar.State;

/// <summary>The probe inside the tunnel.</summary>
/// <param name="Target">The address that is asked; null without a probe.</param>
/// <param name="RoundTripMicroseconds">The last answer's round-trip time; null before the first.</param>
/// <param name="JitterMicroseconds">Mean difference between one round trip and the next, over the recent answers; null before the second.</param>
/// <param name="Loss">Share of the recent probes that had no answer, 0 to 1.</param>
public sealed record ProbeSnapshot(ProbeState State, string? Target, long? RoundTripMicroseconds, long? JitterMicroseconds, double Loss)
{
    public static ProbeSnapshot None { get; } = new(ProbeState.Unprobed, Target: null, RoundTripMicroseconds: null, JitterMicroseconds: null, Loss: 0);
}

namespace K8sPqTunnel.Api.Settings;

/// <summary>How a silent peer is noticed.</summary>
/// <param name="Delay">Silence after which the peer is asked for a sign of life.</param>
/// <param name="Timeout">Wait before a request is sent again for the first time.</param>
/// <param name="Repeats">How often it is sent again before the peer counts as gone.</param>
public sealed record LivenessSettings(TimeSpan Delay, TimeSpan Timeout, int Repeats);

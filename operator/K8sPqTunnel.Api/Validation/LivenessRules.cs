using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.liveness: how a silent peer is noticed.</summary>
internal static class LivenessRules
{
    private const int MostRepeats = 10;

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(30);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft) => draft.Liveness = new LivenessSettings(
        DurationRules.Read(spec.Liveness?.Delay, draft.Defaults.LivenessDelay, ShortestDelay, LongestDelay, "spec.liveness.delay", draft),
        DurationRules.Read(
            spec.Liveness?.Timeout, draft.Defaults.LivenessTimeout, ShortestTimeout, LongestTimeout, "spec.liveness.timeout", draft),
        NumberRules.Read(spec.Liveness?.Repeats, draft.Defaults.LivenessRepeats, 1, MostRepeats, "spec.liveness.repeats", draft));
}

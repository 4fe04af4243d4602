using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.limits: what peers that have not proved themselves may cost.</summary>
internal static class LimitRules
{
    private const int Most = 65_536;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        LimitsSpec limits = spec.Limits ?? new LimitsSpec();
        LimitSettings usual = LimitSettings.Default;
        int halfOpen = NumberRules.Read(limits.HalfOpen, usual.HalfOpen, 1, Most, "spec.limits.halfOpen", draft);
        draft.Limits = new LimitSettings(
            // Whoever allows fewer altogether means fewer of these too.
            NumberRules.Read(limits.CookiesFrom, Math.Min(usual.CookiesFrom, halfOpen), 0, Most, "spec.limits.cookiesFrom", draft),
            halfOpen,
            NumberRules.Read(limits.HalfOpenPerAddress, Math.Min(usual.HalfOpenPerAddress, halfOpen), 1, Most, "spec.limits.halfOpenPerAddress", draft),
            DurationRules.Read(limits.HalfOpenTimeout, usual.HalfOpenTimeout, Shortest, Longest, "spec.limits.halfOpenTimeout", draft),
            DurationRules.Read(limits.HalfOpenLifetime, usual.HalfOpenLifetime, Shortest, Longest, "spec.limits.halfOpenLifetime", draft));
        if (limits.CookiesFrom > halfOpen)
            draft.Report("spec.limits.cookiesFrom", $"{limits.CookiesFrom} is above spec.limits.halfOpen ({halfOpen}), so no cookie would ever be asked for: write less");
        if (limits.HalfOpenPerAddress > halfOpen)
            draft.Report("spec.limits.halfOpenPerAddress", $"{limits.HalfOpenPerAddress} is above spec.limits.halfOpen ({halfOpen}), so it would limit nothing: write less");
    }
}

using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>How long and for how much keys may be used: the lifetimes of spec.ike and spec.child, and how often both ends prove themselves anew.</summary>
internal static class LifetimeRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestIke = TimeSpan.FromHours(168);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(720);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromHours(24);

    // Less would be spent before a rekey over a slow path is done.
    private const long FewestBytes = 1_000_000;
    private const long FewestPackets = 1_000;

    private static readonly TimeSpan LongestChild = TimeSpan.FromHours(48);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        draft.IkeLifetime = DurationRules.Read(spec.Ike?.Lifetime, draft.Defaults.IkeLifetime, Shortest, LongestIke, "spec.ike.lifetime", draft);
        draft.ChildLifetime = DurationRules.Read(spec.Child?.Lifetime, draft.Defaults.ChildLifetime, Shortest, LongestChild, "spec.child.lifetime", draft);
        draft.ChildLifetimeBytes = NumberRules.ReadLeast(spec.Child?.LifetimeBytes, FewestBytes, "spec.child.lifetimeBytes", draft);
        draft.ChildLifetimePackets = NumberRules.ReadLeast(spec.Child?.LifetimePackets, FewestPackets, "spec.child.lifetimePackets", draft);
        draft.ReauthenticationInterval = ReadInterval(spec.Ike, draft);
    }

    private static TimeSpan? ReadInterval(IkeSpec? ike, SettingsDraft draft)
    {
        const string path = "spec.ike.reauthenticationInterval";
        if (ike?.ReauthenticationInterval is not { } text)
            return null;
        if (ike.Reauthenticate ?? draft.Defaults.Reauthenticate)
        {
            draft.Report(path, "spec.ike.reauthenticate: true proves both ends anew at the end of each lifetime already: leave one of the two out");
            return null;
        }

        return DurationRules.Read(text, UsualInterval, ShortestInterval, LongestInterval, path, draft);
    }
}

using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.ike.lifetime and spec.child.lifetime.</summary>
internal static class LifetimeRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestIke = TimeSpan.FromHours(168);
    private static readonly TimeSpan LongestChild = TimeSpan.FromHours(48);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        draft.IkeLifetime = DurationRules.Read(spec.Ike?.Lifetime, draft.Defaults.IkeLifetime, Shortest, LongestIke, "spec.ike.lifetime", draft);
        draft.ChildLifetime = DurationRules.Read(spec.Child?.Lifetime, draft.Defaults.ChildLifetime, Shortest, LongestChild, "spec.child.lifetime", draft);
    }
}

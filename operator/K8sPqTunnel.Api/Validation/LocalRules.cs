using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.local: the identities that this end shows.</summary>
internal static class LocalRules
{
    private const int MaxOtherIds = 8;

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        draft.LocalId = spec.Local?.Id is { } id ? Identity(id, "spec.local.id", draft) : null;
        IReadOnlyList<string> others = spec.Local?.OtherIds ?? [];
        if (others.Count > MaxOtherIds)
            draft.Report("spec.local.otherIds", $"this end has {others.Count} further identities: at most {MaxOtherIds} are taken");
        else
            draft.OtherLocalIds = [.. others.Select((text, i) => Identity(text, $"spec.local.otherIds[{i}]", draft)).OfType<IkeIdentity>()];
    }

    private static IkeIdentity? Identity(string text, string path, SettingsDraft draft)
    {
        if (!IkeIdentity.TryParse(text, out IkeIdentity? identity, out string? error))
            draft.Report(path, error);
        return identity;
    }
}

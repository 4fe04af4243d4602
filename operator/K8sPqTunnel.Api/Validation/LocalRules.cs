using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.local: the identity that this end shows.</summary>
internal static class LocalRules
{
    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        if (spec.Local?.Id is not { } text)
            return;
        if (IkeIdentity.TryParse(text, out IkeIdentity? identity, out string? error))
            draft.LocalId = identity;
        else
            draft.Report("spec.local.id", error);
    }
}

using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.local: the identities that this end shows, and its address.</summary>
internal static class LocalRules
{
    private const int MaxOtherIds = 8;

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        draft.LocalId = spec.Local?.Id is { } id ? Identity(id, "spec.local.id", draft) : null;
        draft.LocalAddress = Address(spec.Local?.Address, draft);
        IReadOnlyList<string> others = spec.Local?.OtherIds ?? [];
        if (others.Count > MaxOtherIds)
            draft.Report("spec.local.otherIds", $"this end has {others.Count} further identities: at most {MaxOtherIds} are taken");
        else
            draft.OtherLocalIds = [.. others.Select((text, i) => Identity(text, $"spec.local.otherIds[{i}]", draft)).OfType<IkeIdentity>()];
    }

    private static IPAddress? Address(string? text, SettingsDraft draft)
    {
        if (text is null)
            return null;
        if (AddressText.TryParse(text, out IPAddress? address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
            return address;
        draft.Report("spec.local.address", $"\"{text}\" is no address of a host: write one of this host's, for example 192.0.2.10, or leave it out");
        return null;
    }

    private static IkeIdentity? Identity(string text, string path, SettingsDraft draft)
    {
        if (!IkeIdentity.TryParse(text, out IkeIdentity? identity, out string? error))
            draft.Report(path, error);
        return identity;
    }
}

using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.authentication: where the pre-shared key is.</summary>
internal static class AuthenticationRules
{
    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        SecretKeyRef? reference = spec.Authentication?.Psk?.SecretRef;
        string name = reference?.Name ?? "";
        string key = reference?.Key ?? SecretKeyRef.DefaultKey;
        if (name.Length == 0)
            draft.Report("spec.authentication.psk.secretRef.name", "the tunnel names no Secret for its pre-shared key: name one that has it");
        else if (!IsFileName(name))
            draft.Report("spec.authentication.psk.secretRef.name", $"\"{name}\" is no name of a Secret: write lower-case letters, digits, - and .");
        else if (!IsFileName(key))
            draft.Report("spec.authentication.psk.secretRef.key", $"\"{key}\" is no key of a Secret: write letters, digits, -, _ and .");
        else
            draft.Psk = new SecretReference(name, key);
        draft.PskEncoding = spec.Authentication?.Psk?.Encoding;
    }

    // Both become file names under the daemon's secrets folder, so neither may leave it.
    private static bool IsFileName(string text) =>
        text.Length is > 0 and <= 253 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}

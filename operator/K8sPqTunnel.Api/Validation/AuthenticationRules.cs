using System.Text;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.authentication: where the pre-shared keys are.</summary>
internal static class AuthenticationRules
{
    private const int MaxIdLength = 128;

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        draft.Psk = Reference("spec.authentication.psk", spec.Authentication?.Psk?.SecretRef, draft);
        draft.PskEncoding = spec.Authentication?.Psk?.Encoding;
        if (spec.Authentication?.Ppk is { } ppk)
            ReadPpk(ppk, draft);
    }

    private static void ReadPpk(PpkSpec ppk, SettingsDraft draft)
    {
        string id = ppk.Id ?? "";
        if (id.Length == 0 || Encoding.UTF8.GetByteCount(id) > MaxIdLength)
        {
            draft.Report("spec.authentication.ppk.id",
                $"\"{id}\" is no ID of a postquantum preshared key: write what the peer calls it, 1 to {MaxIdLength} octets, for example ppk-berlin");
            return;
        }

        if (Reference("spec.authentication.ppk", ppk.SecretRef, draft) is { } secret)
            draft.Ppk = new PpkSettings(id, secret, ppk.Encoding, ppk.Required ?? true);
    }

    private static SecretReference? Reference(string path, SecretKeyRef? reference, SettingsDraft draft)
    {
        string name = reference?.Name ?? "";
        string key = reference?.Key ?? SecretKeyRef.DefaultKey;
        if (name.Length == 0)
            draft.Report($"{path}.secretRef.name", "the tunnel names no Secret for its pre-shared key: name one that has it");
        else if (!IsFileName(name))
            draft.Report($"{path}.secretRef.name", $"\"{name}\" is no name of a Secret: write lower-case letters, digits, - and .");
        else if (!IsFileName(key))
            draft.Report($"{path}.secretRef.key", $"\"{key}\" is no key of a Secret: write letters, digits, -, _ and .");
        else
            return new SecretReference(name, key);
        return null;
    }

    // Both become file names under the daemon's secrets folder, so neither may leave it.
    private static bool IsFileName(string text) =>
        text.Length is > 0 and <= 253 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}

using System.Text;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.authentication: what each end proves itself with, and in which Secrets that is.</summary>
internal static class AuthenticationRules
{
    private const string Here = "spec.authentication";
    private const int MaxIdLength = 128;
    private const int MaxPpks = 8;

    private static readonly TimeSpan UsualOverlap = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromHours(720);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        AuthenticationSpec authentication = spec.Authentication ?? new AuthenticationSpec();
        if (!TryFindMethods(authentication, draft, out ProofMethod local, out ProofMethod remote))
            return;

        bool usesPsk = local == ProofMethod.Psk || remote == ProofMethod.Psk;
        SecretKeyRef? psk = authentication.Psk?.SecretRef;
        CertificateSpec certificate = authentication.Certificate ?? new CertificateSpec();
        string? own = certificate.SecretRef?.Name;
        AuthoritySecretRef authorities = certificate.CaSecretRef ?? new AuthoritySecretRef { Name = own };
        draft.Authentication = new AuthenticationSettings(
            usesPsk ? Reference(draft, "psk.secretRef", psk?.Name, psk?.Key ?? SecretKeyRef.DefaultKey, "its pre-shared key") : null,
            authentication.Psk?.Encoding,
            local == ProofMethod.Certificate ? Reference(draft, "certificate.secretRef", own, TlsSecretRef.CertificateKey, "its certificate") : null,
            local == ProofMethod.Certificate && !string.IsNullOrEmpty(own) ? new SecretReference(own, TlsSecretRef.PrivateKeyKey) : null,
            remote == ProofMethod.Certificate
                ? Reference(draft, "certificate.caSecretRef", authorities.Name, authorities.Key ?? AuthoritySecretRef.DefaultKey, "the peer's authorities")
                : null,
            certificate.Revocation ?? RevocationChoice.Soft,
            certificate.RsaSignature ?? RsaSignatureChoice.Pss,
            ReadPpks(authentication.Ppk ?? [], draft),
            authentication.PpkExchange ?? PpkExchange.Intermediate)
        {
            PskOverlap = DurationRules.Read(authentication.Psk?.Overlap, UsualOverlap, TimeSpan.Zero, LongestOverlap, $"{Here}.psk.overlap", draft),
        };
    }

    private static List<PpkSettings> ReadPpks(IReadOnlyList<PpkSpec> specs, SettingsDraft draft)
    {
        if (specs.Count > MaxPpks)
            draft.Report($"{Here}.ppk", $"the list has {specs.Count} keys: write at most {MaxPpks}");
        var ppks = new List<PpkSettings>();
        for (int i = 0; i < Math.Min(specs.Count, MaxPpks); i++)
        {
            if (ReadPpk(specs[i], $"ppk[{i}]", draft) is not { } ppk)
                continue;
            if (ppks.Exists(other => other.Id == ppk.Id))
                draft.Report($"{ppk.Path}.id", $"\"{ppk.Id}\" stands twice: the peer could not tell the two keys apart");
            ppks.Add(ppk);
        }

        return ppks;
    }

    private static PpkSettings? ReadPpk(PpkSpec ppk, string path, SettingsDraft draft)
    {
        string id = ppk.Id ?? "";
        if (id.Length == 0 || Encoding.UTF8.GetByteCount(id) > MaxIdLength)
        {
            draft.Report($"{Here}.{path}.id",
                $"\"{id}\" is no ID of a postquantum preshared key: write what the peer calls it, 1 to {MaxIdLength} octets, for example ppk-berlin");
            return null;
        }

        string key = ppk.SecretRef?.Key ?? SecretKeyRef.DefaultKey;
        return Reference(draft, $"{path}.secretRef", ppk.SecretRef?.Name, key, "its postquantum preshared key") is { } secret
            ? new PpkSettings(id, secret, ppk.Encoding, ppk.Required ?? true, $"{Here}.{path}")
            : null;
    }

    private static bool TryFindMethods(AuthenticationSpec authentication, SettingsDraft draft, out ProofMethod local, out ProofMethod remote)
    {
        ProofMethod only = authentication.Psk is not null ? ProofMethod.Psk : ProofMethod.Certificate;
        bool hasBoth = authentication is { Psk: not null, Certificate: not null };
        local = authentication.Local ?? only;
        remote = authentication.Remote ?? only;
        if (authentication is { Psk: null, Certificate: null })
            draft.Report(Here, "neither end can prove itself: add psk: {secretRef: {name: SECRET}}, or certificate: {secretRef: {name: SECRET}}");
        else if (hasBoth && authentication.Local is null)
            draft.Report($"{Here}.local", "with psk and certificate it has to be said what this end proves itself with: Psk or Certificate");
        else if (hasBoth && authentication.Remote is null)
            draft.Report($"{Here}.remote", "with psk and certificate it has to be said what the peer proves itself with: Psk or Certificate");
        else if (!hasBoth && (local != only || remote != only))
            draft.Report($"{Here}.{(local != only ? "local" : "remote")}", $"it names what is not given: add {(only == ProofMethod.Psk ? "certificate" : "psk")} beside it");
        else
            return true;
        return false;
    }

    private static SecretReference? Reference(SettingsDraft draft, string path, string? name, string key, string what)
    {
        if (string.IsNullOrEmpty(name))
            draft.Report($"{Here}.{path}.name", $"the tunnel names no Secret for {what}: name one that has it");
        else if (!IsFileName(name))
            draft.Report($"{Here}.{path}.name", $"\"{name}\" is no name of a Secret: write lower-case letters, digits, - and .");
        else if (!IsFileName(key))
            draft.Report($"{Here}.{path}.key", $"\"{key}\" is no key of a Secret: write letters, digits, -, _ and .");
        else
            return new SecretReference(name, key);
        return null;
    }

    // Both become file names under the daemon's secrets folder, so neither may leave it.
    private static bool IsFileName(string text) =>
        text.Length is > 0 and <= 253 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}

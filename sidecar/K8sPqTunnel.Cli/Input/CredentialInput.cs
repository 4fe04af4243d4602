using System.Security.Cryptography;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Sidecar;
using K8sPqTunnel.Sidecar.Certificates;

namespace K8sPqTunnel.Cli.Input;

/// <summary>Reads the values of a tunnel's Secrets for what they are.</summary>
internal static class CredentialInput
{
    private const string Field = "spec.authentication";

    /// <summary>Octets of a PEM file: eight certificates with ML-DSA signatures, and more.</summary>
    private const int MaxPemLength = 256 * 1024;

    /// <param name="errors">Gets a sentence for each thing that must be mended.</param>
    public static TunnelSecrets? Read(TunnelSettings tunnel, SecretSource source, List<string> errors)
    {
        AuthenticationSettings wanted = tunnel.Authentication;
        Secret? psk = wanted.Psk is { } key
            ? source.Read(key, $"{Field}.psk.secretRef", PreSharedKeyRules.MaxValueLength, value => Decode(value.Span, key, wanted.PskEncoding, errors, $"{Field}.psk"), errors)
            : null;
        List<Secret> ppks = [.. wanted.Ppks.Select(ppk => ReadPpk(source, ppk, errors)).OfType<Secret>()];
        LocalCertificate? own = wanted.Certificate is { } certificate ? ReadOwn(source, certificate, wanted.PrivateKey!, errors) : null;
        TrustAnchors? anchors = wanted.Authorities is { } authorities ? ReadAnchors(source, authorities, errors) : null;

        if (errors.Count == 0 && own is not null)
            CheckIdentity(tunnel, own, errors);
        if (errors.Count == 0)
            return new TunnelSecrets(psk, own, anchors, (RevocationPolicy)(int)wanted.Revocation, (RsaSignature)(int)wanted.RsaSignature, ppks);
        psk?.Dispose();
        ppks.ForEach(ppk => ppk.Dispose());
        own?.Key.Dispose();
        own?.Chain.Dispose();
        anchors?.Dispose();
        return null;
    }

    private static Secret? ReadPpk(SecretSource source, PpkSettings ppk, List<string> errors) => source.Read(
        ppk.Secret, $"{ppk.Path}.secretRef", PreSharedKeyRules.MaxValueLength, value => Decode(value.Span, ppk.Secret, ppk.Encoding, errors, ppk.Path), errors);

    private static LocalCertificate? ReadOwn(SecretSource source, SecretReference certificate, SecretReference privateKey, List<string> errors) =>
        source.Read(certificate, $"{Field}.certificate.secretRef", MaxPemLength, chain =>
            source.Read(privateKey, $"{Field}.certificate.secretRef", MaxPemLength, key =>
            {
                LocalCertificate? made = CertificatePem.ReadCredential(chain.Span, key.Span, out string? flaw);
                if (made is null)
                    errors.Add($"Secret \"{certificate.Name}\" {flaw}");
                return made;
            }, errors), errors);

    private static TrustAnchors? ReadAnchors(SecretSource source, SecretReference authorities, List<string> errors) =>
        source.Read(authorities, $"{Field}.certificate.caSecretRef", MaxPemLength, value =>
        {
            TrustAnchors? anchors = CertificatePem.ReadAnchors(value.Span, out string? flaw);
            if (anchors is null)
                errors.Add($"Secret \"{authorities.Name}\": \"{authorities.Key}\" {flaw}");
            return anchors;
        }, errors);

    /// <summary>A peer would refuse an identity that the certificate is not for: better said before.</summary>
    private static void CheckIdentity(TunnelSettings tunnel, LocalCertificate own, List<string> errors)
    {
        foreach (IkeIdentity id in tunnel.OtherLocalIds.Prepend(tunnel.LocalId).OfType<IkeIdentity>())
        {
            if (own.Vouches(new((Ike.IdentityType)(byte)id.Type, id.Data.Span)))
                continue;
            string field = id == tunnel.LocalId ? "spec.local.id" : "spec.local.otherIds";
            errors.Add($"{field}: the certificate in Secret \"{tunnel.Authentication.Certificate!.Name}\" is not for {id.Text} but for {own.Names}: "
                + "write one of these, or have one issued with that subject alternative name");
        }
    }

    private static Secret? Decode(ReadOnlySpan<byte> value, SecretReference reference, PskEncoding? encoding, List<string> errors, string field)
    {
        if (PreSharedKeyRules.Describe(PreSharedKeyRules.Find(value, encoding), reference.Name, reference.Key, field) is { } error)
        {
            errors.Add(error);
            return null;
        }

        byte[] key = new byte[value.Length];
        try
        {
            return PreSharedKeyText.TryDecode(value, encoding, key, out int length) ? new Secret(key.AsSpan(0, length)) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;

namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>Whether certificates lead to a trust anchor and are good for IKE at a given time, revocation apart (RFC 5280 6).</summary>
/// <remarks>Neither network nor the machine's stores: only what the peer sent and what was configured.</remarks>
public static class ChainValidation
{
    private const X509KeyUsageFlags Signs = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation;

    // What the anchors decide, not the chain builder: it wants a self-signed root, and knows none of ours that is not.
    private const X509ChainStatusFlags AnchorsDecide = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    private static readonly string[] WeakAlgorithms =
    [
        "1.2.840.113549.1.1.2",    // MD2 with RSA
        "1.2.840.113549.1.1.4",    // MD5 with RSA
        "1.2.840.113549.1.1.5",    // SHA-1 with RSA
        "1.2.840.10040.4.3",       // SHA-1 with DSA
        "1.2.840.10045.4.1",       // SHA-1 with ECDSA
    ];

    /// <summary>Judges a peer's certificates.</summary>
    /// <param name="now">The time of day.</param>
    public static CertificateVerdict Judge(CertificateCheck check, DateTimeOffset now) => new(Objection(check, now));

    /// <summary>A chain builder that sees only what the peer sent and what is trusted.</summary>
    public static X509Chain Builder(CertificateCheck check, DateTimeOffset now)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(check.Anchors.Certificates.ToArray());
        policy.ExtraStore.AddRange(check.Chain.Certificates.Skip(1).ToArray());
        return new X509Chain { ChainPolicy = policy };
    }

    /// <summary>A certificate's subject, for sentences.</summary>
    public static string Name(X509Certificate2 certificate) => Text(certificate.SubjectName);

    private static string? Objection(CertificateCheck check, DateTimeOffset now)
    {
        X509Certificate2 leaf = check.Chain.Leaf;
        if (leaf.Extensions.OfType<X509KeyUsageExtension>().Any(usage => (usage.KeyUsages & Signs) == X509KeyUsageFlags.None))
            return $"{Name(leaf)} is not meant for signatures: issue one with key usage digitalSignature";   // RFC 4945 5.1.3.2

        if (IsPlainlyTrusted(check, now))
            return null;
        using X509Chain chain = Builder(check, now);
        try
        {
            chain.Build(leaf);
            return Judge(check, chain, now);
        }
        catch (CryptographicException)
        {
            return $"{Name(leaf)} comes with a certificate that cannot be checked: it is malformed, or of a kind that OpenSSL does not know";
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    /// <summary>
    /// The usual case: all that the peer sent is good, and leads to an anchor. .NET's chain builder verifies each signature twice, but it can
    /// say what is wrong: it has the word about everything else.
    /// </summary>
    private static bool IsPlainlyTrusted(CertificateCheck check, DateTimeOffset now)
    {
        foreach (X509Certificate2 certificate in check.Chain.Certificates)
        {
            if (!check.Anchors.Contains(certificate) && Weakness(check.Chain, certificate) is not null)
                return false;
        }

        return check.Anchors.AreReachedBy(check.Chain, now);
    }

    private static string? Judge(CertificateCheck check, X509Chain chain, DateTimeOffset now)
    {
        foreach (X509ChainElement element in chain.ChainElements)
        {
            X509ChainStatus flaw = element.ChainElementStatus.FirstOrDefault(status => (status.Status & ~AnchorsDecide) != X509ChainStatusFlags.NoError);
            if (flaw.Status != X509ChainStatusFlags.NoError)
                return Describe(element.Certificate, flaw, now);
            if (check.Anchors.Contains(element.Certificate))
                return null;
            if (Weakness(check.Chain, element.Certificate) is { } weakness)
                return $"{Name(element.Certificate)} {weakness}";
        }

        X509Certificate2 last = chain.ChainElements[^1].Certificate;
        return $"{Name(check.Chain.Leaf)} was not issued by an authority that we trust ({string.Join("; ", check.Anchors.Certificates.Select(Name))}): "
            + $"its chain ends with {Name(last)}, issued by {Text(last.IssuerName)}. Put that authority into the Secret's ca.crt, or have the peer "
            + "send the certificates between";
    }

    /// <summary>What a certificate that is no anchor must not have.</summary>
    private static string? Weakness(CertificateChain chain, X509Certificate2 certificate)
    {
        if (WeakAlgorithms.Contains(certificate.SignatureAlgorithm.Value))
            return $"is signed with {certificate.SignatureAlgorithm.FriendlyName}, which can be forged: issue it anew with SHA-256";
        if (certificate == chain.Leaf)
            return chain.LeafKey(out string? leafFlaw) is null ? $"has a key that {leafFlaw}" : null;
        using VerificationKey? key = VerificationKey.Read(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out string? flaw);
        return key is null ? $"has a key that {flaw}" : null;
    }

    private static string Describe(X509Certificate2 certificate, X509ChainStatus flaw, DateTimeOffset now)
    {
        if (!flaw.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return $"{Name(certificate)} is not valid: {flaw.StatusInformation.TrimEnd('.', '\n')} ({flaw.Status})";
        return now.UtcDateTime < certificate.NotBefore.ToUniversalTime()
            ? $"{Name(certificate)} is valid only from {Time(certificate.NotBefore)} on: compare the clocks of both ends"
            : $"{Name(certificate)} expired at {Time(certificate.NotAfter)}: renew it";
    }

    private static string Time(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'");

    private static string Text(X500DistinguishedName name) => $"\"{Printable(name.Name)}\"";

    // A peer's certificate goes into logs and status: control characters must not.
    private static string Printable(string text) => string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c));
}

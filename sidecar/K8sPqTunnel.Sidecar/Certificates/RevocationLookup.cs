using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Authentication.Certificates;

namespace K8sPqTunnel.Sidecar.Certificates;

/// <summary>Asks CRLs and OCSP responders whether certificates have been revoked (RFC 5280 5, RFC 6960). Takes time: never on the core's thread.</summary>
internal static class RevocationLookup
{
    private const string CrlDistributionPoints = "2.5.29.31";
    private const string AuthorityInformation = "1.3.6.1.5.5.7.1.1";

    // id-ad-ocsp, 1.3.6.1.5.5.7.48.1, as it stands in the extension.
    private static readonly byte[] Ocsp = [0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01];

    private const X509ChainStatusFlags Unanswered = X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    private const X509ChainStatusFlags NoRoot = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    /// <summary>Whether a certificate says where its revocation can be looked up.</summary>
    public static bool IsAskedFor(X509Certificate2 certificate)
    {
        foreach (X509Extension extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == CrlDistributionPoints
                || (extension.Oid?.Value == AuthorityInformation && extension.RawData.AsSpan().IndexOf(Ocsp) >= 0))
                return true;
        }

        return false;
    }

    /// <summary>Looks up what a chain that is trusted says of itself.</summary>
    /// <param name="patience">How long each answer may take.</param>
    public static CertificateVerdict Judge(CertificateCheck check, DateTimeOffset now, TimeSpan patience)
    {
        using var rooted = new RootedAnchors(check.Anchors.Certificates);
        using X509Chain chain = ChainValidation.Builder(check, now);
        chain.ChainPolicy.CustomTrustStore.Clear();
        chain.ChainPolicy.CustomTrustStore.AddRange(rooted.Roots.ToArray());
        chain.ChainPolicy.ExtraStore.Clear();
        X509Certificate2[] between = [.. rooted.Below, .. check.Chain.Certificates.Skip(1).Where(sent => !check.Anchors.Contains(sent))];
        chain.ChainPolicy.ExtraStore.AddRange(between);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.Online;
        chain.ChainPolicy.RevocationFlag = X509RevocationFlag.ExcludeRoot;
        chain.ChainPolicy.UrlRetrievalTimeout = patience;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        try
        {
            chain.Build(check.Chain.Leaf);
            return Verdict(check, chain, rooted);
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    /// <summary>What is made of an answer that did not come.</summary>
    public static CertificateVerdict Silence(CertificateCheck check, X509Certificate2 certificate) => check.Revocation == RevocationPolicy.Soft
        ? CertificateVerdict.Trusted
        : CertificateVerdict.Unanswered(
            $"{ChainValidation.Name(certificate)} may be revoked: neither its CRL nor its OCSP responder could be asked, and spec.authentication"
            + ".certificate.revocation is Strict. See that their addresses can be reached from here, or set Soft");

    private static CertificateVerdict Verdict(CertificateCheck check, X509Chain chain, RootedAnchors anchors)
    {
        // Without a way to a root of ours the chain builder looks nothing up, and says nothing of it.
        bool wasAsked = !Array.Exists(chain.ChainStatus, status => (status.Status & NoRoot) != X509ChainStatusFlags.NoError);
        CertificateVerdict silence = CertificateVerdict.Trusted;
        foreach (X509ChainElement element in chain.ChainElements)
        {
            if (check.Anchors.Contains(element.Certificate) || anchors.Contains(element.Certificate))
                return silence;
            X509ChainStatusFlags flags = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
            if (flags.HasFlag(X509ChainStatusFlags.Revoked))
                return new($"{ChainValidation.Name(element.Certificate)} has been revoked by its issuer: give the peer a new one");
            bool isAnswered = wasAsked && (flags & Unanswered) == X509ChainStatusFlags.NoError;
            if (!isAnswered && silence.IsTrusted && IsAskedFor(element.Certificate))
                silence = Silence(check, element.Certificate);
        }

        return silence;
    }
}

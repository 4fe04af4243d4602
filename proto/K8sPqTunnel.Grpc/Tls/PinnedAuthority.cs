using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Grpc.Tls;

/// <summary>Trust in one authority and no other.</summary>
internal static class PinnedAuthority
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";     // RFC 5280 4.2.1.12

    /// <summary>
    /// TLS 1.3 options under which a server must present a certificate for server authentication that one of the given authorities issued,
    /// that is within its dates, and that carries the name the client asked for. The machine's own trust store counts for nothing.
    /// </summary>
    /// <param name="authorityPem">One or more PEM certificates.</param>
    /// <exception cref="ArgumentException">There is no certificate in it.</exception>
    public static SslClientAuthenticationOptions ClientOptions(string? authorityPem)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,                 // short-lived certificates, renewed instead of revoked
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        policy.CustomTrustStore.ImportFromPem(authorityPem);
        if (policy.CustomTrustStore.Count == 0)
            throw new ArgumentException("A TLS client needs the PEM certificate of the authority that issued the server's.", nameof(authorityPem));

        return new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls13, CertificateChainPolicy = policy };
    }
}

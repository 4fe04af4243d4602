using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sPqTunnel.Grpc.Tls;

namespace K8sPqTunnel.Grpc.Tests.Tls;

public sealed class CertificateAuthorityTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public void An_exported_authority_issues_for_those_who_pinned_the_first()
    {
        using var first = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(30));
        byte[] key = first.ExportPrivateKeyPem();
        using var second = CertificateAuthority.FromPem(Encoding.UTF8.GetBytes(first.CertificatePem), key);
        Assert.Equal(first.CertificatePem, second.CertificatePem);
        using X509Certificate2 issued = second.IssueServerCertificate(["operator.network.svc"], Now, TimeSpan.FromDays(1));
        Assert.True(IsTrusted(issued, first));
        Assert.True(issued.HasPrivateKey);
    }

    [Fact]
    public void Another_authority_of_the_same_name_is_not_trusted()
    {
        using var ours = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(30));
        using var theirs = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(30));
        using X509Certificate2 issued = theirs.IssueServerCertificate(["operator"], Now, TimeSpan.FromDays(1));
        Assert.False(IsTrusted(issued, ours));
    }

    [Fact]
    public void A_certificate_carries_its_names_and_serves_TLS_servers_only()
    {
        using var authority = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(30));
        using X509Certificate2 issued = authority.IssueServerCertificate(["operator.network.svc", "10.96.0.7", "2001:db8::7"], Now, TimeSpan.FromDays(1));
        Assert.True(issued.MatchesHostname("operator.network.svc"));
        Assert.True(issued.MatchesHostname("10.96.0.7"));
        Assert.True(issued.MatchesHostname("2001:db8::7"));
        Assert.False(issued.MatchesHostname("operator.other.svc"));
        Assert.Equal(["1.3.6.1.5.5.7.3.1"], issued.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(static o => o.Value));
        Assert.False(issued.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Fact]
    public void A_certificate_ends_with_its_authority_at_the_latest()
    {
        using var authority = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(2));
        using X509Certificate2 issued = authority.IssueServerCertificate(["operator"], Now, TimeSpan.FromDays(90));
        Assert.Equal(authority.NotAfter, new DateTimeOffset(issued.NotAfter));
    }

    [Fact]
    public void The_last_third_of_its_life_is_time_for_the_next_authority()
    {
        using var authority = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(30));
        Assert.False(authority.NeedsRenewal(Now + TimeSpan.FromDays(19)));
        Assert.True(authority.NeedsRenewal(Now + TimeSpan.FromDays(21)));
    }

    [Fact]
    public void A_key_of_another_authority_is_refused()
    {
        using var one = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(30));
        using var other = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(30));
        Assert.Throws<CryptographicException>(() => CertificateAuthority.FromPem(Encoding.UTF8.GetBytes(one.CertificatePem), other.ExportPrivateKeyPem()));
    }

    [Fact]
    public void A_server_certificate_is_no_authority()
    {
        using var authority = CertificateAuthority.Create("pqtunnel", Now, TimeSpan.FromDays(30));
        using X509Certificate2 issued = authority.IssueServerCertificate(["operator"], Now, TimeSpan.FromDays(1));
        byte[] certificate = Encoding.UTF8.GetBytes(issued.ExportCertificatePem());
        byte[] key = Encoding.UTF8.GetBytes(issued.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.Throws<CryptographicException>(() => CertificateAuthority.FromPem(certificate, key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void What_is_no_certificate_is_refused(string pem) =>
        Assert.Throws<CryptographicException>(() => CertificateAuthority.FromPem(Encoding.UTF8.GetBytes(pem), Encoding.UTF8.GetBytes(pem)));

    private static bool IsTrusted(X509Certificate2 certificate, CertificateAuthority authority)
    {
        using var chain = new X509Chain { ChainPolicy = PinnedAuthority.ClientOptions(authority.CertificatePem).CertificateChainPolicy! };
        return chain.Build(certificate);
    }
}

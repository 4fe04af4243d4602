using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Sidecar.Certificates;

namespace K8sPqTunnel.Sidecar.Tests.Certificates;

public sealed class CertificatePemTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public CertificatePemTests() => _certificate = new CertificateRequest("CN=edge", _key, HashAlgorithmName.SHA256)
        .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void A_certificate_and_its_key_are_read_in_the_forms_that_tools_write()
    {
        foreach (string key in (string[])[_key.ExportPkcs8PrivateKeyPem(), _key.ExportECPrivateKeyPem(), $"a note before\n{_key.ExportPkcs8PrivateKeyPem()}\n"])
        {
            LocalCertificate? read = Read(_certificate.ExportCertificatePem(), key, out string? flaw);
            Assert.True(read is not null, flaw);
            Assert.Equal("CN=edge", read.Identity(configured: null).ToString());
            Assert.Equal(_certificate.NotAfter.ToUniversalTime(), read.ExpiresAt.UtcDateTime);
        }
    }

    [Fact]
    public void Several_certificates_are_a_chain_in_their_order()
    {
        LocalCertificate read = Read(_certificate.ExportCertificatePem() + "\n" + _certificate.ExportCertificatePem(), _key.ExportPkcs8PrivateKeyPem(), out _)!;
        Assert.Equal(2, read.Chain.Certificates.Count);
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(Read(_certificate.ExportCertificatePem(), other.ExportPkcs8PrivateKeyPem(), out string? flaw));
        Assert.Contains("not its certificate's", flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_key_is_refused_with_what_to_do()
    {
        string encrypted = _key.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 100));
        Assert.Null(Read(_certificate.ExportCertificatePem(), encrypted, out string? flaw));
        Assert.Contains("unencrypted", flaw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void What_is_no_certificate_or_key_is_a_sentence(string pem)
    {
        Assert.Null(Read(pem, _key.ExportPkcs8PrivateKeyPem(), out string? certificateFlaw));
        Assert.NotEmpty(certificateFlaw!);
        Assert.Null(Read(_certificate.ExportCertificatePem(), pem, out string? keyFlaw));
        Assert.NotEmpty(keyFlaw!);
        Assert.Null(CertificatePem.ReadAnchors(Encoding.ASCII.GetBytes(pem), out string? anchorFlaw));
        Assert.NotEmpty(anchorFlaw!);
    }

    [Fact]
    public void All_authorities_of_a_bundle_are_trusted()
    {
        string bundle = _certificate.ExportCertificatePem() + "\n" + _certificate.ExportCertificatePem();
        using TrustAnchors anchors = CertificatePem.ReadAnchors(Encoding.ASCII.GetBytes(bundle), out _)!;
        Assert.Equal(2, anchors.Certificates.Count);
    }

    private static LocalCertificate? Read(string certificates, string key, out string? flaw) =>
        CertificatePem.ReadCredential(Encoding.ASCII.GetBytes(certificates), Encoding.ASCII.GetBytes(key), out flaw);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sPqTunnel.Operator.Credentials;

namespace K8sPqTunnel.Operator.Tests.Credentials;

public sealed class PrivateKeyFindingsTests
{
    [Fact]
    public void An_elliptic_key_is_known_for_its_certificates_in_every_form_that_tools_write()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        string expected = Certificate(new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256));
        Assert.Equal(expected, Read(key.ExportPkcs8PrivateKeyPem()).Key);
        Assert.Equal(expected, Read("a note before\n" + key.ExportECPrivateKeyPem() + "\n").Key);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_RSA_key_is_known_for_its_certificates_whatever_they_sign_with(bool pss)
    {
        using RSA key = RSA.Create(2048);
        string expected = Certificate(new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256, pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));
        Assert.Equal(expected, Read(key.ExportPkcs8PrivateKeyPem()).Key);
        Assert.Equal(expected, Read(key.ExportRSAPrivateKeyPem()).Key);
    }

    [Fact]
    public void Another_key_is_another()
    {
        using ECDsa one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.NotEqual(Read(one.ExportPkcs8PrivateKeyPem()).Key, Read(other.ExportPkcs8PrivateKeyPem()).Key);
    }

    [Fact]
    public void An_encrypted_key_is_told_with_what_to_do()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string pem = key.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 100));
        Assert.Equal(("has a private key that is encrypted: store it unencrypted (openssl pkey)", null), (Read(pem).Flaw, Read(pem).Key));
    }

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("RSA PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    public void What_is_no_key_is_a_sentence(string label) =>
        Assert.Equal("has a private key that cannot be read", Read($"-----BEGIN {label}-----\nAAAA\n-----END {label}-----").Flaw);

    /// <summary>RFC 8410 10.3.</summary>
    [Fact]
    public void Of_an_Ed25519_key_only_the_daemon_can_tell() =>
        Assert.Equal(new PrivateKeyFindings(Flaw: null, Key: null),
            Read("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----"));

    [Theory]
    [InlineData("")]
    [InlineData("correct horse battery")]
    public void A_value_without_PEM_holds_none(string value) => Assert.Null(PrivateKeyFindings.Of(Encoding.ASCII.GetBytes(value)));

    private static PrivateKeyFindings Read(string pem) => PrivateKeyFindings.Of(Encoding.ASCII.GetBytes(pem))!;

    private static string Certificate(CertificateRequest request)
    {
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return CertificateFindings.Of(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()))!.Key;
    }
}

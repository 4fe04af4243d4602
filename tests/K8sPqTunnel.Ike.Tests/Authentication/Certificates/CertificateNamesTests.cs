using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Testing.Certificates;

namespace K8sPqTunnel.Ike.Tests.Authentication.Certificates;

public sealed class CertificateNamesTests : IDisposable
{
    private readonly TestCertificate _root = TestCertificate.Root();
    private readonly TestCertificate _end;
    private readonly X509Certificate2 _certificate;

    public CertificateNamesTests()
    {
        _end = _root.Issue("peer.example.net");
        _certificate = X509CertificateLoader.LoadCertificate(_end.Der);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _end.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(IdentityType.Fqdn, "peer.example.net", true)]
    [InlineData(IdentityType.Fqdn, "PEER.example.NET", true)]
    [InlineData(IdentityType.Fqdn, "other.example.net", false)]
    [InlineData(IdentityType.Fqdn, "example.net", false)]
    [InlineData(IdentityType.Fqdn, "ipsec@peer.example.net", false)]
    [InlineData(IdentityType.Rfc822Address, "ipsec@peer.example.net", true)]
    [InlineData(IdentityType.Rfc822Address, "peer.example.net", false)]
    [InlineData(IdentityType.KeyId, "peer.example.net", false)]
    public void A_name_counts_when_it_is_an_alternative_name_of_its_kind(IdentityType type, string name, bool expected) =>
        Assert.Equal(expected, CertificateNames.Vouches(_certificate, new IkeIdentity(type, Encoding.ASCII.GetBytes(name))));

    [Theory]
    [InlineData("192.0.2.2", true)]
    [InlineData("192.0.2.3", false)]
    [InlineData("2001:db8::2", true)]
    public void An_address_counts_when_it_is_an_alternative_name(string address, bool expected)
    {
        var ip = IPAddress.Parse(address);
        IdentityType type = address.Contains(':') ? IdentityType.Ipv6Address : IdentityType.Ipv4Address;
        Assert.Equal(expected, CertificateNames.Vouches(_certificate, new IkeIdentity(type, ip.GetAddressBytes())));
    }

    [Theory]
    [InlineData("CN=peer.example.net,O=Test", true)]
    [InlineData("O=Test,CN=peer.example.net", true)]
    [InlineData("CN=PEER.example.net,O=test", true)]
    [InlineData("CN=peer.example.net", false)]
    [InlineData("CN=*,O=Test", false)]
    public void A_distinguished_name_counts_when_it_is_the_subject(string name, bool expected) =>
        Assert.Equal(expected, CertificateNames.Vouches(
            _certificate, new IkeIdentity(IdentityType.DistinguishedName, new X500DistinguishedName(name).RawData)));

    [Fact]
    public void A_key_ID_counts_when_it_is_the_subject_key_identifier()
    {
        byte[] keyId = Convert.FromHexString(_certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier!);
        Assert.True(CertificateNames.Vouches(_certificate, new IkeIdentity(IdentityType.KeyId, keyId)));
        keyId[0] ^= 1;
        Assert.False(CertificateNames.Vouches(_certificate, new IkeIdentity(IdentityType.KeyId, keyId)));
    }

    [Fact]
    public void A_common_name_is_no_name()
    {
        using TestCertificate other = _root.Issue("other.example.net", change: request =>
            request.CertificateExtensions.Clear());
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(other.Der);
        Assert.False(CertificateNames.Vouches(certificate, new IkeIdentity(IdentityType.Fqdn, "other.example.net"u8)));
    }

    [Fact]
    public void The_default_identity_is_the_first_DNS_name_or_else_the_subject()
    {
        Assert.Equal("peer.example.net", CertificateNames.Default(_certificate).ToString());
        using X509Certificate2 root = X509CertificateLoader.LoadCertificate(_root.Der);
        Assert.Equal("CN=test root, O=Test", CertificateNames.Default(root).ToString());
    }

    [Fact]
    public void All_names_are_told_to_people() =>
        Assert.Equal(
            "peer.example.net, ipsec@peer.example.net, 192.0.2.2, 2001:db8::2, CN=peer.example.net, O=Test", CertificateNames.Describe(_certificate));
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;

namespace K8sPqTunnel.Cli.Tests.Input;

public sealed class CredentialInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pqtunnel-credentials-").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Certificates_are_read_from_a_mounted_tls_Secret()
    {
        Mount(Certificate());

        using TunnelInput? input = Read("edge.example.net", out IReadOnlyList<string> errors);

        Assert.Empty(errors);
        LocalCertificate own = Assert.IsType<LocalCertificate>(input!.Secrets.Authentication.Local);
        Assert.Equal("edge.example.net, CN=edge", own.Names);
        Assert.Equal(RsaSignature.Pkcs1, input.Secrets.Authentication.RsaSignature);
        Assert.Equal(RevocationPolicy.Strict, Assert.IsType<PeerCertificate>(input.Secrets.Authentication.Remote).Revocation);
    }

    [Fact]
    public void An_identity_that_the_certificate_is_not_for_is_refused_with_those_that_it_is_for()
    {
        Mount(Certificate());

        Assert.Null(Read("other.example.net", out IReadOnlyList<string> errors));

        Assert.Equal(
            "spec.local.otherIds: the certificate in Secret \"edge-tls\" is not for other.example.net but for edge.example.net, CN=edge: write one of these, or "
            + "have one issued with that subject alternative name", Assert.Single(errors));
    }

    [Fact]
    public void What_is_wrong_in_several_Secrets_is_said_at_once()
    {
        Mount("no PEM");
        IReadOnlyList<string> errors = Errors();
        Assert.Equal(2, errors.Count);
        Assert.Contains("Secret \"edge-tls\" has no certificate", errors[0]);
        Assert.Contains("\"ca.crt\" has no certificate", errors[1]);
    }

    [Fact]
    public void A_missing_Secret_is_named_with_its_field() => Assert.Contains("/edge-tls/tls.crt cannot be read", Errors()[0]);

    private IReadOnlyList<string> Errors()
    {
        Assert.Null(Read("edge.example.net", out IReadOnlyList<string> errors));
        return errors;
    }

    private TunnelInput? Read(string id, out IReadOnlyList<string> errors)
    {
        string file = Path.Combine(_folder, "tunnel.yaml");
        File.WriteAllText(file, $$"""
            apiVersion: pqtunnel.io/v1alpha1
            kind: IpsecTunnel
            metadata: {name: berlin}
            spec:
              peer: {addresses: [198.51.100.7], id: "*.example.net"}
              local: {id: edge.example.net, otherIds: [{{id}}]}
              authentication: {certificate: {secretRef: {name: edge-tls}, revocation: Strict, rsaSignature: Pkcs1} }
              traffic: {local: [10.1.0.0/24], remote: [10.20.0.0/24]}
            """);
        return TunnelInput.Read([file], tunnel: null, Path.Combine(_folder, "secrets"), out errors)?.Single();
    }

    private void Mount(string certificate)
    {
        string secret = Directory.CreateDirectory(Path.Combine(_folder, "secrets", "edge-tls")).FullName;
        File.WriteAllText(Path.Combine(secret, "tls.crt"), certificate);
        File.WriteAllText(Path.Combine(secret, "ca.crt"), certificate);
        File.WriteAllText(Path.Combine(secret, "tls.key"), _key.ExportPkcs8PrivateKeyPem());
    }

    private string Certificate()
    {
        var request = new CertificateRequest("CN=edge", _key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("edge.example.net");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return made.ExportCertificatePem();
    }
}

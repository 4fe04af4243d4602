using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>A certificate authority of a lab cluster (ECDSA P-256), which lives as long as the cluster.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private static readonly DateTimeOffset Since = DateTimeOffset.UtcNow.AddHours(-1);
    private static readonly DateTimeOffset Until = Since.AddDays(30);
    private static readonly OidCollection ClientAndServer = [new Oid("1.3.6.1.5.5.7.3.2"), new Oid("1.3.6.1.5.5.7.3.1")];

    private readonly X509Certificate2 _certificate;

    public CertificateAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(Since, Until);
    }

    public KeyPairPem Pem => new(_certificate.ExportCertificatePem(), _certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

    /// <summary>Issues a certificate for client and server use.</summary>
    /// <param name="subject">A distinguished name; Kubernetes reads the user from CN and its groups from O.</param>
    /// <param name="names">DNS names and addresses of the server; none for a mere client.</param>
    public KeyPairPem Issue(string subject, params ReadOnlySpan<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(ClientAndServer, critical: false));
        if (names.Length > 0)
            request.CertificateExtensions.Add(AlternativeNames(names));

        using X509Certificate2 certificate = request.Create(_certificate, Since, Until, RandomNumberGenerator.GetBytes(16));
        return new KeyPairPem(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _certificate.Dispose();

    private static X509Extension AlternativeNames(ReadOnlySpan<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
                builder.AddIpAddress(address);
            else
                builder.AddDnsName(name);
        }

        return builder.Build();
    }
}

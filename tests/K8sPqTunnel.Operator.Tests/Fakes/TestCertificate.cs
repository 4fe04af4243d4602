using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sPqTunnel.Operator.Tests.Fakes;

/// <summary>A certificate and its private key as a Secret of type kubernetes.io/tls has them.</summary>
internal sealed record TestCertificate(string Pem, string KeyPem)
{
    public static TestCertificate Issue(string subject, DateTimeOffset begin, DateTimeOffset end)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(begin, end);
        return new TestCertificate(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The Secret as JSON, with an authority for the peer.</summary>
    public string SecretJson(TestCertificate authority) =>
        $$$"""{"type":"kubernetes.io/tls","data":{"tls.crt":"{{{Base64(Pem)}}}","tls.key":"{{{Base64(KeyPem)}}}","ca.crt":"{{{Base64(authority.Pem)}}}"}}""";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}

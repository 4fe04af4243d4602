using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Grpc.Tls;

/// <summary>When a certificate is old enough to be replaced.</summary>
internal static class CertificateLife
{
    /// <summary>Whether the last third of its validity has begun.</summary>
    public static bool NeedsRenewal(X509Certificate2 certificate, DateTimeOffset now)
    {
        var begin = new DateTimeOffset(certificate.NotBefore);
        var end = new DateTimeOffset(certificate.NotAfter);
        return now >= end - ((end - begin) / 3);
    }
}

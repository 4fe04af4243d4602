using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>Our certificate with its key and the intermediates that are sent along.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _intermediates;

    public ClientCertificate(X509Certificate2 certificate, X509Certificate2Collection intermediates)
    {
        _certificate = certificate;
        _intermediates = intermediates;
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    public SslStreamCertificateContext Context { get; }

    public void Dispose()
    {
        _certificate.Dispose();
        foreach (var intermediate in _intermediates)
            intermediate.Dispose();
    }
}

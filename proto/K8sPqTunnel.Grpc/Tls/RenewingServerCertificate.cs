using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Grpc.Tls;

/// <summary>A TLS server's certificate that is issued anew, at a handshake, once the last third of its life has begun.</summary>
/// <remarks>Safe for any number of threads. The private key never leaves the process.</remarks>
public sealed class RenewingServerCertificate : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CertificateAuthority _authority;
    private readonly IReadOnlyCollection<string> _names;
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _clock;
    private readonly SslApplicationProtocol _protocol;
    private X509Certificate2 _certificate;
    private SslServerAuthenticationOptions _options;

    /// <summary>Issues the first certificate.</summary>
    /// <param name="authority">Who issues; must live as long as this, and stays the caller's to dispose.</param>
    /// <param name="names">DNS names and IP addresses that clients may ask for; at least one.</param>
    /// <param name="lifetime">How long each certificate is valid.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="protocol">What is spoken inside; HTTP/2 where it is left out.</param>
    public RenewingServerCertificate(
        CertificateAuthority authority, IReadOnlyCollection<string> names, TimeSpan lifetime, TimeProvider clock, SslApplicationProtocol? protocol = null)
    {
        _authority = authority;
        _names = names;
        _lifetime = lifetime;
        _clock = clock;
        _protocol = protocol ?? SslApplicationProtocol.Http2;
        (_certificate, _options) = Issue();
    }

    /// <summary>The options of the next TLS handshake: TLS 1.3, the protocol inside, and a certificate that is not about to end.</summary>
    public SslServerAuthenticationOptions Current()
    {
        lock (_lock)
        {
            // The replaced certificate is left to the finalizer: a handshake may still be using it.
            if (CertificateLife.NeedsRenewal(_certificate, _clock.GetUtcNow()))
                (_certificate, _options) = Issue();
            return _options;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private (X509Certificate2 Certificate, SslServerAuthenticationOptions Options) Issue()
    {
        X509Certificate2 certificate = _authority.IssueServerCertificate(_names, _clock.GetUtcNow(), _lifetime);
        var options = new SslServerAuthenticationOptions
        {
            // The key exchange is OpenSSL's default: from 3.5 on X25519MLKEM768 stands first.
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [_protocol],
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        };
        return (certificate, options);
    }
}

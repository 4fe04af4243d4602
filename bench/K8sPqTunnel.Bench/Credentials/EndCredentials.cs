using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Bench.Credentials;

/// <summary>What one of our ends proves itself with, and takes from the other end.</summary>
internal sealed class EndCredentials : IDisposable
{
    private readonly Secret? _psk;
    private readonly SigningKey? _key;
    private readonly TrustAnchors? _anchors;
    private readonly BenchAuthority? _authority;
    private readonly ECDsa? _clientKey;

    /// <param name="folder">From <see cref="BenchAuthority.Make"/>; not looked at with a pre-shared key.</param>
    public EndCredentials(AuthenticationKind kind, string folder, bool isServer)
    {
        if (kind == AuthenticationKind.Psk)
        {
            _psk = new Secret(Encoding.ASCII.GetBytes(BenchEnds.Psk));
            Common = AuthenticationConfig.PreSharedKey(_psk);
            return;
        }

        (string certificate, string key) = BenchAuthority.FilesOf(folder, isServer);
        _clientKey = ECDsa.Create();
        _clientKey.ImportFromPem(File.ReadAllText(key));
        _key = SigningKey.Read(_clientKey.ExportPkcs8PrivateKey(), out string? flaw) ?? throw new InvalidOperationException($"the private key {flaw}");
        _anchors = new TrustAnchors([X509CertificateLoader.LoadCertificateFromFile(BenchAuthority.AuthorityCertificate(folder))]);
        _authority = BenchAuthority.Open(folder, kind);
        using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(certificate);
        Common = With(own);
    }

    /// <summary>The same for all connections.</summary>
    public AuthenticationConfig Common { get; }

    /// <summary>An initiator's, with a certificate for its own name where there are certificates.</summary>
    public AuthenticationConfig For(string name)
    {
        if (_authority is null)
            return Common;
        using X509Certificate2 own = _authority.Issue(name, _clientKey!);
        return With(own);
    }

    public void Dispose()
    {
        _psk?.Dispose();
        _key?.Dispose();
        _anchors?.Dispose();
        _authority?.Dispose();
        _clientKey?.Dispose();
    }

    private AuthenticationConfig With(X509Certificate2 own)
    {
        CertificateChain chain = CertificateChain.Read([own.RawData], out string? flaw) ?? throw new InvalidOperationException($"the certificate {flaw}");
        return LocalCertificate.TryMake(chain, _key!, out LocalCertificate? made, out flaw)
            ? new AuthenticationConfig(made, new PeerCertificate(_anchors!, RevocationPolicy.Off))
            : throw new InvalidOperationException($"the certificate {flaw}");
    }
}

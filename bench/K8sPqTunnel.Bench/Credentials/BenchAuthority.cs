using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Suites;

namespace K8sPqTunnel.Bench.Credentials;

/// <summary>
/// A certificate authority in a folder, from which both ends' processes take what is theirs: <c>ca</c>, <c>server</c> and <c>client</c>,
/// each a certificate and a key in PEM.
/// </summary>
internal sealed class BenchAuthority : IDisposable
{
    private const string Authority = "ca";
    private const string Server = "server";
    private const string Client = "client";
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    private readonly X509Certificate2 _ca;
    private readonly HashAlgorithmName _hash;

    private BenchAuthority(X509Certificate2 ca, HashAlgorithmName hash)
    {
        _ca = ca;
        _hash = hash;
    }

    /// <summary>Makes the folder of one kind of keys.</summary>
    public static void Make(string folder, AuthenticationKind kind)
    {
        Directory.CreateDirectory(folder);
        using ECDsa key = NewKey(kind);
        var request = new CertificateRequest("CN=bench authority", key, HashOf(kind));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 ca = request.CreateSelfSigned(DateTimeOffset.UtcNow - Skew, DateTimeOffset.UtcNow + Life);
        Write(folder, Authority, ca, key);
        using var authority = new BenchAuthority(X509CertificateLoader.LoadCertificate(ca.RawData).CopyWithPrivateKey(key), HashOf(kind));
        foreach ((string file, string name) in new[] { (Server, BenchEnds.ResponderId), (Client, BenchEnds.InitiatorName(0)) })
        {
            using ECDsa own = NewKey(kind);
            using X509Certificate2 certificate = authority.Issue(name, own);
            Write(folder, file, certificate, own);
        }
    }

    public static BenchAuthority Open(string folder, AuthenticationKind kind) =>
        new(X509Certificate2.CreateFromPemFile(CertificateOf(folder, Authority), KeyOf(folder, Authority)), HashOf(kind));

    public static string AuthorityCertificate(string folder) => CertificateOf(folder, Authority);

    /// <summary>The files of an end: its certificate and its key.</summary>
    public static (string Certificate, string Key) FilesOf(string folder, bool isServer) =>
        (CertificateOf(folder, isServer ? Server : Client), KeyOf(folder, isServer ? Server : Client));

    /// <summary>Certifies a key for a DNS name.</summary>
    public X509Certificate2 Issue(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, _hash);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        return request.Create(_ca, DateTimeOffset.UtcNow - Skew / 2, DateTimeOffset.UtcNow + Life / 2, serial);
    }

    public void Dispose() => _ca.Dispose();

    private static ECDsa NewKey(AuthenticationKind kind) =>
        ECDsa.Create(kind == AuthenticationKind.EcdsaP384 ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);

    private static HashAlgorithmName HashOf(AuthenticationKind kind) =>
        kind == AuthenticationKind.EcdsaP384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    private static string CertificateOf(string folder, string name) => Path.Combine(folder, $"{name}.pem");

    private static string KeyOf(string folder, string name) => Path.Combine(folder, $"{name}.key");

    private static void Write(string folder, string name, X509Certificate2 certificate, ECDsa key)
    {
        File.WriteAllText(CertificateOf(folder, name), certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(KeyOf(folder, name), key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}

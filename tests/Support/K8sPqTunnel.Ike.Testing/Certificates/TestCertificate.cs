using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;

namespace K8sPqTunnel.Ike.Testing.Certificates;

/// <summary>A certificate made for a test, with its key: an authority, or an end.</summary>
internal sealed class TestCertificate : IDisposable
{
    /// <summary>The time of day in these tests.</summary>
    public static readonly DateTimeOffset Today = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private static int s_serial;

    private readonly TestCertificate? _issuer;

    private TestCertificate(TestKey key, TestCertificate? issuer, byte[] der)
    {
        Key = key;
        _issuer = issuer;
        Der = der;
    }

    public TestKey Key { get; }

    public byte[] Der { get; }

    /// <summary>A root.</summary>
    public static TestCertificate Root(KeyKind kind = KeyKind.EcdsaP384, string name = "CN=test root,O=Test") =>
        Make(TestKey.Generate(kind), issuer: null, name, Authority);

    /// <summary>An authority below this one.</summary>
    public TestCertificate Intermediate(string name = "CN=test authority,O=Test", Action<CertificateRequest>? change = null) =>
        Make(TestKey.Generate(KeyKind.EcdsaP256), this, name, request =>
        {
            Authority(request);
            change?.Invoke(request);
        });

    /// <summary>An end's certificate for DNS names, addresses and mail addresses.</summary>
    public TestCertificate Issue(
        string dnsName = "peer.example.net",
        KeyKind kind = KeyKind.EcdsaP256,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null,
        SignatureAlgorithm? signedWith = null,
        Action<CertificateRequest>? change = null) =>
        Make(TestKey.Generate(kind), this, $"CN={dnsName},O=Test", request =>
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName(dnsName);
            names.AddEmailAddress($"ipsec@{dnsName}");
            names.AddIpAddress(IPAddress.Parse("192.0.2.2"));
            names.AddIpAddress(IPAddress.Parse("2001:db8::2"));
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            change?.Invoke(request);
        }, from, until, signedWith);

    /// <summary>This one's chain as it goes over the wire, without the root.</summary>
    public CertificateChain Chain()
    {
        List<byte[]> ders = [];
        for (TestCertificate? next = this; next is not null && (next._issuer is not null || next == this); next = next._issuer)
            ders.Add(next.Der);
        return CertificateChain.Read(ders, out _)!;
    }

    public LocalCertificate Credential() =>
        LocalCertificate.TryMake(Chain(), Key.SigningKey, out LocalCertificate? made, out string? flaw)
            ? made
            : throw new InvalidOperationException(flaw);

    /// <summary>Trust in this authority.</summary>
    public TrustAnchors Anchors() => new([X509CertificateLoader.LoadCertificate(Der)]);

    public void Dispose() => Key.Dispose();

    private static void Authority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    private static TestCertificate Make(
        TestKey key,
        TestCertificate? issuer,
        string subject,
        Action<CertificateRequest> fill,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null,
        SignatureAlgorithm? signedWith = null)
    {
        PublicKey publicKey = PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
        CertificateRequest request = new(new X500DistinguishedName(subject), publicKey, HashAlgorithmName.SHA256);
        fill(request);
        byte[] serial = BitConverter.GetBytes(Interlocked.Increment(ref s_serial));
        using X509Certificate2? ca = issuer is null ? null : X509CertificateLoader.LoadCertificate(issuer.Der);
        using X509Certificate2 made = request.Create(
            ca?.SubjectName ?? request.SubjectName,
            new TestSignatureGenerator(issuer?.Key ?? key, signedWith),
            from ?? Today.AddDays(-10),
            until ?? Today.AddDays(10),
            [1, .. serial]);
        return new TestCertificate(key, issuer, made.RawData);
    }
}

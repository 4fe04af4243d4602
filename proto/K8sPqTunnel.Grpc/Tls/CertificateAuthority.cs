using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sPqTunnel.Grpc.Tls;

/// <summary>A small certificate authority of one's own: ECDSA P-384, issues certificates for TLS servers only (RFC 5280).</summary>
public sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";     // RFC 5280 4.2.1.12
    private const int SerialLength = 16;                                 // RFC 5280 4.1.2.2: at most 20, unpredictable

    // The two machines' clocks need not agree to the second.
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate)
    {
        _certificate = certificate;
    }

    /// <summary>The authority's certificate in PEM: what clients pin. Public.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>When the authority's certificate ends.</summary>
    public DateTimeOffset NotAfter => new(_certificate.NotAfter);

    /// <summary>Makes a new authority with a new key.</summary>
    /// <param name="name">Its common name, for example <c>k8s-pq-tunnel</c>.</param>
    /// <param name="now">The time from which it is valid.</param>
    /// <param name="lifetime">How long it is valid.</param>
    public static CertificateAuthority Create(string name, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest(CommonName(name), key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - Backdate, now + lifetime));
    }

    /// <summary>Takes up an authority that was exported before.</summary>
    /// <param name="certificatePem">UTF-8 of <see cref="CertificatePem"/>.</param>
    /// <param name="privateKeyPem">UTF-8 as from <see cref="ExportPrivateKeyPem"/>; the caller zeroes it.</param>
    /// <exception cref="CryptographicException">Either is not PEM, they do not belong together, or the certificate is not an authority's.</exception>
    public static CertificateAuthority FromPem(ReadOnlySpan<byte> certificatePem, ReadOnlySpan<byte> privateKeyPem)
    {
        char[] key = new char[Encoding.UTF8.GetCharCount(privateKeyPem)];
        try
        {
            Encoding.UTF8.GetChars(privateKeyPem, key);
            var certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(certificatePem), key);
            if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(static e => e.CertificateAuthority))
                return new CertificateAuthority(certificate);
            certificate.Dispose();
            throw new CryptographicException("The certificate is not one of a certificate authority.");
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("The certificate and the private key of the authority do not belong together.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(key.AsSpan()));
        }
    }

    /// <summary>The authority's private key in PEM (PKCS #8), as UTF-8. A secret: the caller stores it as one and zeroes the array.</summary>
    public byte[] ExportPrivateKeyPem()
    {
        using ECDsa key = _certificate.GetECDsaPrivateKey()!;
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        char[] pem = PemEncoding.Write("PRIVATE KEY", pkcs8);
        byte[] utf8 = Encoding.UTF8.GetBytes(pem);
        CryptographicOperations.ZeroMemory(pkcs8);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(pem.AsSpan()));
        return utf8;
    }

    /// <summary>Whether the last third of the authority's life has begun: time to make the next one and to have clients trust both.</summary>
    public bool NeedsRenewal(DateTimeOffset now) => CertificateLife.NeedsRenewal(_certificate, now);

    /// <summary>Issues a certificate with a new key for a TLS server.</summary>
    /// <param name="names">DNS names and IP addresses that clients may ask for; at least one.</param>
    /// <param name="now">The time from which it is valid.</param>
    /// <param name="lifetime">How long it is valid; never longer than the authority itself.</param>
    public X509Certificate2 IssueServerCertificate(IReadOnlyCollection<string> names, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(CommonName(names.First()), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(SubjectAlternativeNames(names));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            _certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        DateTimeOffset begin = Later(now - Backdate, new DateTimeOffset(_certificate.NotBefore));
        DateTimeOffset end = now + lifetime < NotAfter ? now + lifetime : NotAfter;
        using X509Certificate2 issued = request.Create(_certificate, begin, end, SerialNumber());
        return issued.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private static X509Extension SubjectAlternativeNames(IReadOnlyCollection<string> names)
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

    private static X500DistinguishedName CommonName(string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name[..Math.Min(name.Length, 64)]);        // RFC 5280 A.1: ub-common-name
        return builder.Build();
    }

    private static byte[] SerialNumber()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialLength);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);                   // RFC 5280 4.1.2.2: positive
        return serial;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

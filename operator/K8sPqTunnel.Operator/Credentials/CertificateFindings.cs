using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Operator.Credentials;

/// <summary>What the operator remembers of the certificates in a value of a Secret.</summary>
/// <param name="Flaw">Why they cannot be read, to follow the value's name; null where they can.</param>
internal sealed record CertificateFindings(string? Flaw)
{
    // A bundle of more is somebody's store of public authorities: what it says of a tunnel, the daemon finds out.
    private const int MaxCertificates = 32;

    /// <summary>Whom the first is for, as its subject has it.</summary>
    public string First { get; private init; } = "";

    /// <summary>The public key of the first; see <see cref="KeyPrint"/>.</summary>
    public string Key { get; private init; } = "";

    /// <summary>From when on all of them are valid.</summary>
    public DateTimeOffset Begin { get; private init; }

    /// <summary>When the first of them ends.</summary>
    public DateTimeOffset End { get; private init; }

    /// <summary>When the last of them ends.</summary>
    public DateTimeOffset LastEnd { get; private init; }

    /// <summary>The subject of the one that ends first.</summary>
    public string EndsFirst { get; private init; } = "";

    /// <summary>For how long in all that one is valid.</summary>
    public TimeSpan Life { get; private init; }

    /// <summary>Reads PEM (RFC 7468); null for a value that holds no certificate.</summary>
    public static CertificateFindings? Of(ReadOnlySpan<byte> value)
    {
        List<X509Certificate2> read = [];
        try
        {
            foreach ((_, byte[] der) in PemBlocks.Of(value).Where(block => block.Label == "CERTIFICATE").Take(MaxCertificates))
                read.Add(X509CertificateLoader.LoadCertificate(der));
            return read.Count == 0 ? null : Of(read);
        }
        catch (CryptographicException)
        {
            return new CertificateFindings($"has a certificate that cannot be read (the {read.Count + 1}.)");
        }
        finally
        {
            read.ForEach(certificate => certificate.Dispose());
        }
    }

    private static CertificateFindings Of(List<X509Certificate2> certificates)
    {
        X509Certificate2 first = certificates.MinBy(certificate => certificate.NotAfter)!;
        return new CertificateFindings(Flaw: null)
        {
            First = certificates[0].Subject,
            Key = KeyPrint.Of(certificates[0].PublicKey),
            Begin = certificates.Max(certificate => Utc(certificate.NotBefore)),
            End = Utc(first.NotAfter),
            LastEnd = certificates.Max(certificate => Utc(certificate.NotAfter)),
            EndsFirst = first.Subject,
            Life = first.NotAfter - first.NotBefore,
        };
    }

    private static DateTimeOffset Utc(DateTime local) => new(local.ToUniversalTime());
}

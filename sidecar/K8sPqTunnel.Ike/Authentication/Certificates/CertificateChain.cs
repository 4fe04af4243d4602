using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>Certificates as they go over the wire: the end's own first, then whatever may lie between it and a trust anchor.</summary>
public sealed class CertificateChain : IDisposable
{
    private VerificationKey? _leafKey;

    private CertificateChain(IReadOnlyList<X509Certificate2> certificates) => Certificates = certificates;

    /// <summary>At least one.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>The end's own.</summary>
    public X509Certificate2 Leaf => Certificates[0];

    /// <summary>Reads certificates in DER.</summary>
    /// <param name="flaw">What is wrong, for a human, to follow the name of who sent them; null on success.</param>
    public static CertificateChain? Read(IReadOnlyList<byte[]> certificates, out string? flaw)
    {
        flaw = certificates.Count switch
        {
            0 => "has no certificate",
            > IkeLimits.ChainCertificates => $"has {certificates.Count} certificates in its chain; at most {IkeLimits.ChainCertificates} are taken",
            _ => certificates.Any(der => der.Length > IkeLimits.CertificateLength) ? $"has a certificate of more than {IkeLimits.CertificateLength} octets" : null,
        };
        if (flaw is not null)
            return null;

        List<X509Certificate2> read = [];
        try
        {
            foreach (byte[] der in certificates)
            {
                read.Add(X509CertificateLoader.LoadCertificate(der));
                LookAtAll(read[^1]);
            }

            return new CertificateChain(read);
        }
        catch (CryptographicException)
        {
            read.ForEach(certificate => certificate.Dispose());
            flaw = $"has a certificate that cannot be read (the {read.Count + 1}. of its chain)";
            return null;
        }
    }

    public void Dispose()
    {
        _leafKey?.Dispose();
        foreach (X509Certificate2 certificate in Certificates)
            certificate.Dispose();
    }

    /// <summary>The key that the end's own certificate is for; lives as long as this.</summary>
    /// <param name="flaw">Why it is not taken, to follow "its key"; null on success.</param>
    internal VerificationKey? LeafKey(out string? flaw)
    {
        flaw = null;
        return _leafKey ??= VerificationKey.Read(Leaf.PublicKey.ExportSubjectPublicKeyInfo(), out flaw);
    }

    /// <summary>Reads the CERT payloads of a message; kinds of certificates that we do not know are passed over.</summary>
    internal static CertificateChain? Read(in IkeMessage message, out string? flaw)
    {
        List<byte[]> certificates = [];
        PayloadReader reader = message.Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type != PayloadType.Certificate || !CertificatePayload.TryRead(payload.Body, out CertificatePayload certificate))
                continue;
            if (certificate.Encoding is CertificateEncoding.HashAndUrl or CertificateEncoding.HashAndUrlBundle)
            {
                // We do not announce HTTP_CERT_LOOKUP_SUPPORTED: a stranger's URL is nothing to be fetched (RFC 7296 5).
                flaw = "sends a URL in place of its certificate, which is not followed: have it send the certificate (strongSwan: hash_and_url = no)";
                return null;
            }

            if (certificate.Encoding == CertificateEncoding.X509Signature)
                certificates.Add(certificate.Data.ToArray());
        }

        if (certificates.Count > 0)
            return Read(certificates, out flaw);
        flaw = "sends no certificate: have it send its own (strongSwan: send_cert = always)";
        return null;
    }

    /// <summary>Writes a CERT payload for each, our own first (RFC 7296 3.6), and none for a root: who trusts it has it.</summary>
    internal void Write(PayloadWriter writer)
    {
        foreach (X509Certificate2 certificate in Certificates)
        {
            bool isRoot = certificate != Leaf && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
            if (!isRoot)
                CertificatePayload.Write(writer, certificate.RawDataMemory.Span);
        }
    }

    /// <summary>.NET decodes a certificate's parts when they are asked for, and throws then: better all at once, and here.</summary>
    private static void LookAtAll(X509Certificate2 certificate)
    {
        _ = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        _ = (certificate.SubjectName.Name, certificate.IssuerName.Name, certificate.SignatureAlgorithm.Value, certificate.SerialNumber);
        _ = (certificate.NotBefore, certificate.NotAfter);
        foreach (X509Extension extension in certificate.Extensions)
            _ = (extension.Oid?.Value, (extension as X509KeyUsageExtension)?.KeyUsages);
    }
}

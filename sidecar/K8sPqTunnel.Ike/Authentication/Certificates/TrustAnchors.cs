using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>The authorities that may vouch for a peer: roots, or authorities below one. Also a peer's own certificate, to pin it.</summary>
public sealed class TrustAnchors : IDisposable
{
    private readonly List<ReadOnlyMemory<byte>> _keyHashes;
    private readonly X509TrustStore _store;

    /// <param name="certificates">At least one; from here on owned by the new object.</param>
    public TrustAnchors(IReadOnlyList<X509Certificate2> certificates)
    {
        if (certificates.Count == 0)
            throw new ArgumentException("trust needs an authority", nameof(certificates));
        Certificates = certificates;
        _store = new X509TrustStore(certificates);
        // RFC 7296 3.7 has SHA-1 as a name of the key here; nothing is proved by it.
#pragma warning disable CA5350
        _keyHashes = [.. certificates.Select(ca => (ReadOnlyMemory<byte>)SHA1.HashData(ca.PublicKey.ExportSubjectPublicKeyInfo()))];
#pragma warning restore CA5350
    }

    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>SHA-1 of each one's SubjectPublicKeyInfo: what CERTREQ asks for (RFC 7296 3.7).</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> KeyHashes => _keyHashes;

    /// <summary>Those of the authorities of one name.</summary>
    /// <param name="subject">The name in DER.</param>
    public IReadOnlyList<ReadOnlyMemory<byte>> KeyHashesOf(byte[] subject) =>
        [.. _keyHashes.Where((_, i) => Certificates[i].SubjectName.RawData.AsSpan().SequenceEqual(subject))];

    /// <inheritdoc cref="X509TrustStore.IsReachedBy"/>
    internal bool AreReachedBy(CertificateChain chain, DateTimeOffset now) => _store.IsReachedBy(chain.Certificates, now);

    /// <summary>Whether this very certificate is one of them.</summary>
    public bool Contains(X509Certificate2 certificate)
    {
        foreach (X509Certificate2 anchor in Certificates)
        {
            if (anchor.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))
                return true;
        }

        return false;
    }

    public void Dispose()
    {
        _store.Dispose();
        foreach (X509Certificate2 certificate in Certificates)
            certificate.Dispose();
    }
}

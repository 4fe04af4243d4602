using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Sidecar.Certificates;

/// <summary>
/// Trust anchors with a root over each that has none: .NET's chain builder looks revocation up only on the way to a root. Such a root has
/// a key of its own, made for one lookup, and has certified the anchor's name and key: what the anchor signs counts as before.
/// </summary>
internal sealed class RootedAnchors : IDisposable
{
    private static readonly HashSet<string> Kept = ["2.5.29.14", "2.5.29.15", "2.5.29.19"];   // subjectKeyIdentifier, keyUsage, basicConstraints
    private readonly List<X509Certificate2> _roots = [];
    private readonly List<X509Certificate2> _below = [];
    private readonly List<X509Certificate2> _made = [];

    public RootedAnchors(IReadOnlyList<X509Certificate2> anchors)
    {
        foreach (X509Certificate2 anchor in anchors)
        {
            if (anchor.SubjectName.RawData.AsSpan().SequenceEqual(anchor.IssuerName.RawData))
                _roots.Add(anchor);
            else
                PutRootOver(anchor);
        }
    }

    /// <summary>Anchors that are roots, and those over the others.</summary>
    public IReadOnlyList<X509Certificate2> Roots => _roots;

    /// <summary>What those others have become.</summary>
    public IReadOnlyList<X509Certificate2> Below => _below;

    /// <summary>Whether a certificate is an anchor under one of the new roots.</summary>
    public bool Contains(X509Certificate2 certificate) =>
        _below.Exists(below => below.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));

    public void Dispose() => _made.ForEach(certificate => certificate.Dispose());

    private void PutRootOver(X509Certificate2 anchor)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset from = new(anchor.NotBefore), until = new(anchor.NotAfter);
        // A certificate may say who issued its issuer, and under which number (RFC 5280 4.2.1.1): both stay.
        var self = new CertificateRequest(anchor.IssuerName, key, HashAlgorithmName.SHA256);
        self.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        self.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(self.PublicKey, critical: false));
        X509Certificate2 root = self.CreateSelfSigned(from, until);

        var request = new CertificateRequest(anchor.SubjectName, anchor.PublicKey, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in anchor.Extensions.Where(extension => Kept.Contains(extension.Oid?.Value ?? "")))
            request.CertificateExtensions.Add(extension);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        X509Certificate2 below = request.Create(root, from, until, anchor.SerialNumberBytes.Span);
        _roots.Add(root);
        _below.Add(below);
        _made.AddRange([root, below]);
    }
}

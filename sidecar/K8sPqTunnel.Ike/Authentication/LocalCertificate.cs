using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;

namespace K8sPqTunnel.Ike.Authentication;

/// <summary>We prove that we hold the private key of a certificate (RFC 7296 2.15, RFC 7427).</summary>
/// <remarks>Chain and key stay the caller's, who keeps them until the connection is disposed.</remarks>
public sealed record LocalCertificate : LocalCredential
{
    private LocalCertificate(CertificateChain chain, SigningKey key)
    {
        Chain = chain;
        Key = key;
    }

    public CertificateChain Chain { get; }

    public SigningKey Key { get; }

    /// <summary>All whom the certificate speaks for, for people.</summary>
    public string Names => CertificateNames.Describe(Chain.Leaf);

    /// <summary>When the first of the chain ends, and peers refuse it.</summary>
    public DateTimeOffset ExpiresAt => Chain.Certificates.Min(certificate => new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));

    /// <summary>Puts chain and key together.</summary>
    /// <param name="flaw">What is wrong, for a human, to follow whose certificate it is; null on success.</param>
    public static bool TryMake(
        CertificateChain chain, SigningKey key, [NotNullWhen(true)] out LocalCertificate? made, [NotNullWhen(false)] out string? flaw)
    {
        made = null;
        using VerificationKey? publicKey = VerificationKey.Read(chain.Leaf.PublicKey.ExportSubjectPublicKeyInfo(), out flaw);
        if (publicKey is null)
            flaw = $"has a certificate whose key {flaw}";
        else if (!key.BelongsTo(publicKey))
            flaw = "has a private key that is not its certificate's: the certificate must be the first in its chain";
        else
            made = new LocalCertificate(chain, key);
        return made is not null;
    }

    /// <summary>The identity to be shown.</summary>
    /// <param name="configured">
    /// Null for the certificate's first DNS name, or else its subject. A distinguished name takes the octets that the certificate has for
    /// it, which peers compare.
    /// </param>
    public IkeIdentity Identity(IkeIdentity? configured)
    {
        if (configured is null)
            return CertificateNames.Default(Chain.Leaf);
        return configured.Type == IdentityType.DistinguishedName && Vouches(configured)
            ? new IkeIdentity(IdentityType.DistinguishedName, Chain.Leaf.SubjectName.RawData)
            : configured;
    }

    /// <summary>Whether the certificate vouches for an identity: a peer would refuse us if not.</summary>
    public bool Vouches(IkeIdentity identity) => CertificateNames.Vouches(Chain.Leaf, identity);
}

using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Operator.Credentials;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>What the operator remembers of one value of a Secret.</summary>
/// <param name="AsPreSharedKey">What is wrong with it as a pre-shared key.</param>
/// <param name="Digest">Changes when the value does; keyed, so that nobody can try values against it.</param>
/// <param name="AsCertificates">The certificates in it; null for none.</param>
/// <param name="AsPrivateKey">The private key in it; null for none.</param>
internal sealed record SecretValue(
    PreSharedKeyFindings AsPreSharedKey, string Digest, CertificateFindings? AsCertificates = null, PrivateKeyFindings? AsPrivateKey = null)
{
    public static SecretValue Of(ReadOnlySpan<byte> value, string digest) =>
        new(PreSharedKeyFindings.Of(value), digest, CertificateFindings.Of(value), PrivateKeyFindings.Of(value));
}

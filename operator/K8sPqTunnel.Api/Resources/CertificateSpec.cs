using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Certificates (X.509) and a private key, kept in Secrets: RSA, ECDSA, Ed25519 or ML-DSA.")]
public sealed record CertificateSpec
{
    [Field("A Secret of type kubernetes.io/tls: tls.crt holds this end's certificate, then those of the authorities between, and tls.key its "
        + "private key, unencrypted. Not needed where only the peer uses a certificate.")]
    public TlsSecretRef? SecretRef { get; init; }

    [Field("The Secret and the key in it that hold the certificates of the authorities that may vouch for the peer. Default: ca.crt of secretRef.")]
    public AuthoritySecretRef? CaSecretRef { get; init; }

    [Field("What to make of a certificate that names a CRL or an OCSP responder. Soft asks, and takes the certificate where nobody answers; Strict "
        + "refuses it then; Off does not ask. A certificate that is known to be revoked is refused by Soft and Strict.", Default = "\"Soft\"")]
    public RevocationChoice? Revocation { get; init; }

    [Field("How an RSA key signs. Pss: RSASSA-PSS with SHA-2. Pkcs1: PKCS #1 v1.5 with SHA-2, for a peer that cannot verify PSS. Sha1: as Pss, but "
        + "with a peer that has no RFC 7427 both ends may sign with SHA-1 (method 1 of RFC 7296), which can be forged.", Default = "\"Pss\"")]
    public RsaSignatureChoice? RsaSignature { get; init; }
}

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Certificate encodings (RFC 7296 3.6).</summary>
internal enum CertificateEncoding : byte
{
    /// <summary>X.509 certificate for signatures: the only one that is taken.</summary>
    X509Signature = 4,

    HashAndUrl = 12,
    HashAndUrlBundle = 13,
}

namespace K8sPqTunnel.Ike.Authentication;

/// <summary>How an RSA key of ours signs.</summary>
public enum RsaSignature
{
    /// <summary>RSASSA-PSS with a SHA-2 (RFC 8247 3.2.2).</summary>
    Pss,

    /// <summary>PKCS #1 v1.5 with a SHA-2 (RFC 7427), for peers that cannot verify PSS.</summary>
    Pkcs1,

    /// <summary>
    /// As <see cref="Pss"/>; and where the peer has no RFC 7427, PKCS #1 v1.5 with SHA-1 (method 1 of RFC 7296 3.8), which counts from
    /// it too.
    /// </summary>
    Sha1,
}

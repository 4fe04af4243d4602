namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>What to make of certificates that say where their revocation can be looked up (CRL or OCSP).</summary>
public enum RevocationPolicy
{
    /// <summary>Look it up; where nobody answers, take the certificate. A revoked one is refused.</summary>
    Soft,

    /// <summary>Look it up; where nobody answers, refuse the certificate.</summary>
    Strict,

    /// <summary>Do not look it up.</summary>
    Off,
}

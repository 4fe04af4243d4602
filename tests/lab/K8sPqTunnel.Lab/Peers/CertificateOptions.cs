namespace K8sPqTunnel.Lab.Peers;

/// <summary>What a test may want of a certificate besides its name.</summary>
public sealed record CertificateOptions
{
    /// <summary>Its time is over.</summary>
    public bool HasExpired { get; init; }

    /// <summary>The URL of an OCSP responder that it names; null for none.</summary>
    public string? OcspResponder { get; init; }
}

namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>What a <see cref="CertificateCheck"/> came to.</summary>
/// <param name="Objection">Why the certificates are refused, to follow "its certificate"; null: they are trusted.</param>
public sealed record CertificateVerdict(string? Objection)
{
    public static CertificateVerdict Trusted { get; } = new(Objection: null);

    /// <summary>Nobody answered in time.</summary>
    public static CertificateVerdict Late(TimeSpan limit) =>
        new($"it could not be checked within {limit.TotalSeconds:0} s: see that CRL and OCSP addresses can be reached, or set revocation: Off");

    public bool IsTrusted => Objection is null;
}

namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>What a <see cref="CertificateCheck"/> came to.</summary>
/// <param name="Objection">Why the certificates are refused, to follow "its certificate"; null: they are trusted.</param>
public sealed record CertificateVerdict(string? Objection)
{
    public static CertificateVerdict Trusted { get; } = new(Objection: null);

    /// <summary>Nobody answered in time.</summary>
    public static CertificateVerdict Late(TimeSpan limit) => Unanswered(
        $"it could not be checked within {limit.TotalSeconds:0} s: see that CRL and OCSP addresses can be reached, or set revocation: Off");

    /// <summary>Whoever knows about its revocation could not be asked.</summary>
    public static CertificateVerdict Unanswered(string objection) => new(objection) { IsUnanswered = true };

    /// <summary>Nothing is known against the certificates but that nobody answered.</summary>
    public bool IsUnanswered { get; private init; }

    public bool IsTrusted => Objection is null;
}

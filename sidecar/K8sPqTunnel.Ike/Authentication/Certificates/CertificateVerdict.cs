namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>What a <see cref="CertificateCheck"/> came to.</summary>
/// <param name="Objection">Why the certificates are refused, to follow "its certificate"; null: they are trusted.</param>
public sealed record CertificateVerdict(string? Objection)
{
    public static CertificateVerdict Trusted { get; } = new(Objection: null);

    public bool IsTrusted => Objection is null;
}

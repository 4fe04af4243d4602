using K8sPqTunnel.Ike.Authentication.Certificates;

namespace K8sPqTunnel.Bench.Credentials;

/// <summary>Judges chains as the daemon does where no certificate asks for a check of revocation.</summary>
internal sealed class ChainVerifier : ICertificateVerifier
{
    public CertificateVerdict? Check(CertificateCheck check) => ChainValidation.Judge(check, DateTimeOffset.UtcNow);
}

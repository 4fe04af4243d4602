using K8sPqTunnel.Ike.Authentication.Certificates;

namespace K8sPqTunnel.Ike.Testing.Certificates;

/// <summary>Judges certificates without revocation on a fixed day: at once, or when the test says so.</summary>
internal sealed class TestVerifier : ICertificateVerifier
{
    /// <summary>Answers nothing by itself.</summary>
    public bool IsSlow { get; set; }

    /// <summary>All that was asked.</summary>
    public List<CertificateCheck> Asked { get; } = [];

    public CertificateVerdict? Check(CertificateCheck check)
    {
        Asked.Add(check);
        return IsSlow ? null : ChainValidation.Judge(check, TestCertificate.Today);
    }
}

using K8sPqTunnel.Ike.Authentication.Certificates;

namespace K8sPqTunnel.Sidecar.Certificates;

/// <summary>
/// Checks peers' certificates: chains at once, revocation, where a certificate asks for it, on a thread of the pool and in bounded time.
/// </summary>
/// <param name="time">The time of day.</param>
internal sealed class CertificateVerifier(TimeProvider time) : ICertificateVerifier
{
    /// <summary>For all answers together: less than the core waits, so that the policy and not the core's end of patience decides.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Takes the verdicts that were not at hand. Called on any thread.</summary>
    public Action<CertificateCheck, CertificateVerdict> Completed { get; set; } = (_, _) => { };

    public CertificateVerdict? Check(CertificateCheck check)
    {
        CertificateVerdict verdict = ChainValidation.Judge(check, time.GetUtcNow());
        if (!verdict.IsTrusted || check.Revocation == RevocationPolicy.Off || !check.Chain.Certificates.Any(RevocationLookup.IsAskedFor))
            return verdict;
        _ = LookUpAsync(check);
        return null;
    }

    private async Task LookUpAsync(CertificateCheck check)
    {
        CertificateVerdict verdict;
        try
        {
            verdict = await Task.Run(() => RevocationLookup.Judge(check, time.GetUtcNow(), Patience / 2)).WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            verdict = RevocationLookup.Silence(check, check.Chain.Leaf);
        }

        Completed(check, verdict);
    }
}

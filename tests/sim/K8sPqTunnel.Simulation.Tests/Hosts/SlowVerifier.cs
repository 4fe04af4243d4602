using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Testing.Certificates;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>Judges certificates at once, or after a while, as one that asks the network does.</summary>
/// <param name="delay">Null for at once.</param>
/// <param name="clock">The time at this end.</param>
internal sealed class SlowVerifier(TimeSpan? delay, Func<TimeSpan> clock) : ICertificateVerifier
{
    private readonly Queue<(TimeSpan At, CertificateCheck Check)> _waiting = new();

    /// <summary>When the next verdict comes.</summary>
    public TimeSpan? Next => _waiting.TryPeek(out (TimeSpan At, CertificateCheck Check) first) ? first.At : null;

    public CertificateVerdict? Check(CertificateCheck check)
    {
        if (delay is not { } time)
            return ChainValidation.Judge(check, TestCertificate.Today);
        _waiting.Enqueue((clock() + time, check));
        return null;
    }

    /// <summary>The verdict that is due.</summary>
    public (CertificateCheck Check, CertificateVerdict Verdict) Take()
    {
        CertificateCheck check = _waiting.Dequeue().Check;
        return (check, ChainValidation.Judge(check, TestCertificate.Today));
    }
}

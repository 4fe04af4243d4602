using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Sidecar.Certificates;

namespace K8sPqTunnel.Sidecar.Tests.Certificates;

public sealed class CertificateVerifierTests : IDisposable
{
    private readonly RevocationServer _server = new();
    private readonly TaskCompletionSource<CertificateVerdict> _late = new();
    private readonly CertificateVerifier _verifier;

    public CertificateVerifierTests() => _verifier = new CertificateVerifier(TimeProvider.System)
    {
        Patience = TimeSpan.FromSeconds(4),
        Completed = (_, verdict) => _late.TrySetResult(verdict),
    };

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_certificate_that_is_not_revoked_is_trusted_once_its_issuer_was_asked(bool crl, bool ocsp)
    {
        CertificateVerdict verdict = await JudgeAsync(_server.Issue(crl, ocsp), RevocationPolicy.Strict);
        Assert.Null(verdict.Objection);
        Assert.True(_server.Asked > 0);
    }

    [Theory]
    [InlineData(true, false, RevocationPolicy.Strict)]
    [InlineData(true, false, RevocationPolicy.Soft)]
    [InlineData(false, true, RevocationPolicy.Strict)]
    [InlineData(false, true, RevocationPolicy.Soft)]
    public async Task A_revoked_certificate_is_refused(bool crl, bool ocsp, RevocationPolicy policy)
    {
        byte[] certificate = _server.Issue(crl, ocsp);
        _server.Revoke(certificate);
        Assert.Equal("\"CN=end\" has been revoked by its issuer: give the peer a new one", (await JudgeAsync(certificate, policy)).Objection);
    }

    [Theory]
    [InlineData(RevocationPolicy.Strict, false)]
    [InlineData(RevocationPolicy.Soft, true)]
    public async Task Where_nobody_answers_the_policy_decides_and_in_time(RevocationPolicy policy, bool trusted)
    {
        _server.IsSilent = true;
        byte[] certificate = _server.Issue(crl: true, ocsp: true);
        long began = TimeProvider.System.GetTimestamp();

        CertificateVerdict verdict = await JudgeAsync(certificate, policy);

        Assert.Equal(trusted, verdict.IsTrusted);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(6));
        if (!trusted)
            Assert.Contains("may be revoked", verdict.Objection, StringComparison.Ordinal);
        Assert.Equal(!trusted, verdict.IsUnanswered);
    }

    [Fact]
    public void A_certificate_that_asks_for_nothing_is_judged_at_once()
    {
        Assert.Null(Begin(_server.Issue(crl: false, ocsp: false), RevocationPolicy.Strict)!.Objection);
        Assert.Equal(0, _server.Asked);
    }

    [Fact]
    public void With_the_policy_Off_nobody_is_asked()
    {
        byte[] certificate = _server.Issue(crl: true, ocsp: true);
        _server.Revoke(certificate);
        Assert.Null(Begin(certificate, RevocationPolicy.Off)!.Objection);
        Assert.Equal(0, _server.Asked);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public async Task An_authority_that_is_no_root_is_asked_as_others_are(bool crl, bool ocsp, bool isRevoked)
    {
        using var below = new RevocationServer(isRoot: false);
        byte[] certificate = below.Issue(crl, ocsp);
        if (isRevoked)
            below.Revoke(certificate);

        Assert.Null(Begin(certificate, RevocationPolicy.Strict, below));
        CertificateVerdict verdict = await _late.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(isRevoked ? "\"CN=end\" has been revoked by its issuer: give the peer a new one" : null, verdict.Objection);
        Assert.True(below.Asked > 0);
    }

    [Fact]
    public async Task An_answer_of_somebody_else_of_the_same_name_does_not_count()
    {
        using var below = new RevocationServer(isRoot: false);
        using var other = new RevocationServer(isRoot: false);
        below.AnsweredBy = other;

        Assert.Null(Begin(below.Issue(crl: true, ocsp: false), RevocationPolicy.Strict, below));
        CertificateVerdict verdict = await _late.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.True(verdict.IsUnanswered);
    }

    [Fact]
    public void A_certificate_of_a_stranger_has_nobody_asked()
    {
        using var elsewhere = new RevocationServer();
        Assert.NotNull(Begin(elsewhere.Issue(crl: true, ocsp: true), RevocationPolicy.Strict)!.Objection);
        Assert.Equal(0, elsewhere.Asked);
    }

    private async Task<CertificateVerdict> JudgeAsync(byte[] certificate, RevocationPolicy policy)
    {
        Assert.Null(Begin(certificate, policy));
        return await _late.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private CertificateVerdict? Begin(byte[] certificate, RevocationPolicy policy, RevocationServer? trusted = null)
    {
        CertificateChain chain = CertificateChain.Read([certificate], out _)!;
        TrustAnchors anchors = new([X509CertificateLoader.LoadCertificate((trusted ?? _server).Root.RawData)]);
        return _verifier.Check(new CertificateCheck("berlin", chain, anchors, policy));
    }
}

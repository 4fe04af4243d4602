using System.Text;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Tests.Fakes;
using SecretValue = K8sPqTunnel.Operator.Resources.SecretValue;

namespace K8sPqTunnel.Operator.Tests.Observation;

public sealed class CertificateSightTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly TestCertificate Edge = TestCertificate.Issue("CN=edge", Now.AddDays(-10), Now.AddDays(90));
    private static readonly TestCertificate Between = TestCertificate.Issue("CN=between", Now.AddDays(-10), Now.AddDays(80));
    private static readonly TestCertificate Root = TestCertificate.Issue("CN=root", Now.AddDays(-10), Now.AddDays(3650));

    private static readonly TunnelValidation Validation = TunnelValidator.Validate((Samples.Tunnel with
    {
        Spec = Samples.Tunnel.Spec! with { Authentication = new AuthenticationSpec { Certificate = new CertificateSpec { SecretRef = new TlsSecretRef { Name = "edge-tls" } } } },
    }).ToDocument());

    [Fact]
    public void A_tunnel_with_a_pre_shared_key_has_no_such_condition() =>
        Assert.DoesNotContain(TunnelStatus.Of(Samples.Observation(), null, Now).Conditions!, condition => condition.Type == "CertificateValid");

    [Fact]
    public void A_good_certificate_says_for_whom_and_until_when()
    {
        Condition condition = ConditionOf(Observe(Edge.Pem));
        Assert.Equal((ConditionStatus.True, "CertificateCurrent", 3L), (condition.Status, condition.Reason, condition.ObservedGeneration));
        Assert.Equal($"the certificate in Secret \"edge-tls\" is for CN=edge and valid until {Now.AddDays(90):u}", condition.Message);
        Assert.Equal(Now.AddDays(90), TunnelStatus.Of(Observe(Edge.Pem), null, Now).CertificateExpiryTime);
    }

    [Fact]
    public void The_first_of_a_chain_to_end_counts_and_is_named()
    {
        TunnelObservation observed = Observe(Edge.Pem + Between.Pem);
        Assert.EndsWith("when that of CN=between ends", ConditionOf(observed).Message, StringComparison.Ordinal);
        Assert.Equal(Now.AddDays(80), TunnelStatus.Of(observed, null, Now).CertificateExpiryTime);
    }

    [Theory]
    [InlineData(79, ConditionStatus.True, "CertificateCurrent")]
    [InlineData(80, ConditionStatus.True, "CertificateExpiresSoon")]
    [InlineData(90, ConditionStatus.False, "CertificateExpired")]
    [InlineData(-11, ConditionStatus.False, "CertificateNotYetValid")]
    public void Its_dates_are_told_with_what_to_do(int days, ConditionStatus status, string reason)
    {
        Condition condition = ConditionOf(Observe(Edge.Pem) with { Time = Now.AddDays(days) });
        Assert.Equal((status, reason), (condition.Status, condition.Reason));
        Assert.Equal(days != 79, condition.Message.Contains("renew it", StringComparison.Ordinal) || condition.Message.Contains("have one issued", StringComparison.Ordinal));
    }

    [Fact]
    public void What_time_alone_changes_is_looked_at_in_time()
    {
        CertificateSight sight = Observe(Edge.Pem).Certificates!;
        Assert.Equal(Now.AddDays(80), sight.NextChange(Now));
        Assert.Equal(Now.AddDays(90), sight.NextChange(Now.AddDays(80)));
        Assert.Equal(Now.AddDays(3650), sight.NextChange(Now.AddDays(90)));
        Assert.Null(sight.NextChange(Now.AddDays(3650)));
    }

    [Fact]
    public void An_expired_certificate_stalls_a_tunnel_that_is_down_and_leaves_one_that_is_up()
    {
        TunnelReport down = Samples.Report;
        down.Phase = TunnelPhase.Down;
        down.LastError = new TunnelError { Reason = "AuthenticationFailed", Message = "the peer refuses" };
        Verdict verdict = ReadyChain.Judge(Observe(Edge.Pem, report: down) with { Time = Now.AddDays(90) })!;
        Assert.Equal(("CertificateExpired", true), (verdict.Reason, verdict.Stalled));
        Assert.Null(ReadyChain.Judge(Observe(Edge.Pem) with { Time = Now.AddDays(90) }));
        Assert.Equal("AuthenticationFailed", ReadyChain.Judge(Observe(Edge.Pem, report: down))!.Reason);
    }

    [Fact]
    public void The_key_of_another_certificate_stalls_and_is_not_sent()
    {
        TunnelObservation observed = Observe(Edge.Pem, Root.KeyPem);
        Assert.Equal(("PrivateKeyMismatch", true), (ReadyChain.SecretIsUsable(observed)!.Reason, ReadyChain.SecretIsUsable(observed)!.Stalled));
        Condition condition = ConditionOf(observed);
        Assert.Equal((ConditionStatus.False, "PrivateKeyMismatch"), (condition.Status, condition.Reason));
        Assert.StartsWith("Secret \"edge-tls\": \"tls.key\" is not the private key of the certificate of CN=edge", condition.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no PEM", null, null, "CertificateUnreadable", "tls.crt")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", null, null, "CertificateUnreadable", "tls.crt")]
    [InlineData(null, "no PEM", null, "PrivateKeyUnreadable", "tls.key")]
    [InlineData(null, null, "no PEM", "AuthoritiesUnreadable", "ca.crt")]
    public void What_cannot_be_read_is_named(string? chain, string? key, string? authorities, string reason, string item)
    {
        Condition condition = ConditionOf(Observe(chain ?? Edge.Pem, key, authorities));
        Assert.Equal((ConditionStatus.False, reason), (condition.Status, condition.Reason));
        Assert.StartsWith($"Secret \"edge-tls\": \"{item}\" ", condition.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Authorities_that_have_all_ended_are_told()
    {
        TestCertificate old = TestCertificate.Issue("CN=old", Now.AddDays(-20), Now.AddDays(-1));
        Assert.Equal("AuthoritiesExpired", ConditionOf(Observe(Edge.Pem, authorities: old.Pem)).Reason);
        Assert.Equal("CertificateCurrent", ConditionOf(Observe(Edge.Pem, authorities: old.Pem + Root.Pem)).Reason);
    }

    [Fact]
    public void A_daemon_that_still_shows_the_one_before_is_told_of()
    {
        TunnelReport report = Samples.Report;
        report.CertificateExpiresAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Now.AddDays(1));
        Assert.Contains("the daemon still proves itself with one that is valid until", ConditionOf(Observe(Edge.Pem, report: report)).Message, StringComparison.Ordinal);
        report.CertificateExpiresAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Now.AddDays(90));
        Assert.DoesNotContain("still", ConditionOf(Observe(Edge.Pem, report: report)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_Secret_that_is_not_there_nothing_is_judged()
    {
        TunnelObservation observed = Observe(Edge.Pem);
        Condition condition = ConditionOf(observed with { Secrets = [.. observed.Secrets.Select(secret => secret with { Exists = false, Value = null })] });
        Assert.Equal((ConditionStatus.Unknown, "SecretMissing"), (condition.Status, condition.Reason));
    }

    private static TunnelObservation Observe(string chain, string? key = null, string? authorities = null, TunnelReport? report = null)
    {
        AuthenticationSettings settings = Validation.Settings!.Authentication;
        return Samples.Observation(report) with
        {
            Validation = Validation,
            Time = Now,
            Secrets = [Sight(settings.Certificate!, chain), Sight(settings.PrivateKey!, key ?? Edge.KeyPem), Sight(settings.Authorities!, authorities ?? Root.Pem)],
        };
    }

    private static SecretSight Sight(SecretReference reference, string value) =>
        new(reference, Exists: true, SecretValue.Of(Encoding.ASCII.GetBytes(value), "0011223344556677"));

    private static Condition ConditionOf(TunnelObservation observed) =>
        TunnelStatus.Of(observed, null, observed.Time).Conditions!.Single(condition => condition.Type == "CertificateValid");
}

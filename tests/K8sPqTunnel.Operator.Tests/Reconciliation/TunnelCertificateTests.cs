using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Tests.Fakes;

namespace K8sPqTunnel.Operator.Tests.Reconciliation;

/// <summary>A tunnel with certificates, the whole operator, and a daemon that speaks real gRPC.</summary>
public sealed class TunnelCertificateTests
{
    private const string Tls = "api/v1/namespaces/network/secrets/edge-tls";

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly TestCertificate Root = TestCertificate.Issue("CN=root", Now.AddDays(-1), Now.AddDays(1));
    private static readonly TestCertificate Expired = TestCertificate.Issue("CN=edge", Now.AddDays(-2), Now.AddDays(-1));
    private static readonly TestCertificate Good = TestCertificate.Issue("CN=edge", Now.AddDays(-1), Now.AddDays(90));

    [Fact]
    public async Task The_condition_follows_the_Secret_and_what_cannot_be_taken_is_not_sent()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        cluster.Put(ClusterPaths.Tunnel, """{"spec":{"authentication":{"psk":null,"certificate":{"secretRef":{"name":"edge-tls"}}}}}""");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await ConditionAsync(cluster, ConditionStatus.Unknown, "SecretMissing");

        cluster.Put(Tls, (Good with { KeyPem = Expired.KeyPem }).SecretJson(Root));
        await ConditionAsync(cluster, ConditionStatus.False, "PrivateKeyMismatch");
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), TunnelLifeTests.Token, Samples.Hello, TunnelLifeTests.Berlin(cluster));

        cluster.Put(Tls, Expired.SecretJson(Root));
        await ConditionAsync(cluster, ConditionStatus.False, "CertificateExpired");
        await MetricAsync(running, "pqtunnel_tunnel_certificate_valid", 0);
        Assert.Contains(Expired.Pem, SentChain((await daemon.ReadAsync(OperatorMessage.BodyOneofCase.Configuration)).Configuration));

        cluster.Put(Tls, Good.SecretJson(Root));
        await ConditionAsync(cluster, ConditionStatus.True, "CertificateCurrent");
        await MetricAsync(running, "pqtunnel_tunnel_certificate_valid", 1);
        await MetricAsync(running, "pqtunnel_tunnel_certificate_expiry_timestamp_seconds", Now.AddDays(90).ToUnixTimeSeconds());
        Assert.Contains(Good.Pem, SentChain((await daemon.ReadAsync(OperatorMessage.BodyOneofCase.Configuration)).Configuration));
    }

    [Fact]
    public async Task A_tunnel_without_certificates_has_neither_condition_nor_series()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await MetricAsync(running, "pqtunnel_up", 0);
        Assert.DoesNotContain("tunnel_certificate", await running.MetricsAsync());
    }

    // The metrics show what the informer has, a moment after it was written.
    private static async Task MetricAsync(OperatorUnderTest running, string name, long value) => await Eventually.GetAsync(
        async () => (await running.MetricsAsync()).Contains($"{name}{{namespace=\"network\",name=\"berlin\"}} {value}\n", StringComparison.Ordinal) ? "" : null, $"{name} {value}");

    private static string SentChain(TunnelConfiguration sent) => sent.Secrets.Single(secret => secret.Key == "tls.crt").Value.ToStringUtf8();

    private static Task<Condition> ConditionAsync(MemoryCluster cluster, ConditionStatus status, string reason) => Eventually.GetAsync(
        () => Task.FromResult(TunnelLifeTests.Status(cluster)?.Conditions?.FirstOrDefault(c => c.Type == "CertificateValid" && c.Status == status && c.Reason == reason)),
        $"CertificateValid {status} {reason}");
}

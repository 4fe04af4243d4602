using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Lab.Tests.Demo;

public sealed class ClusterFindingsTests
{
    private static readonly ClusterFindings Good = new(
        new TunnelView
        {
            Conditions = [new ConditionView("Ready", "True", "DataPathHealthy", ""), new ConditionView("QuantumSafe", "True", "HybridKeyExchange", "")],
            QuantumSafe = true,
        },
        Listing: "", PeerSas: "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_768", new PingSummary(3, 3, 1), Wire: null);

    [Fact]
    public void Kept_promises_are_not_mentioned() => Assert.Empty(Good.BrokenPromises());

    [Fact]
    public void Each_broken_promise_is_named()
    {
        Assert.Contains("Ready", Broken(Good with { Status = Good.Status with { Conditions = [.. Good.Status.Conditions.Skip(1)] } }), StringComparison.Ordinal);
        Assert.Contains("quantum safe", Broken(Good with { Status = Good.Status with { QuantumSafe = false } }), StringComparison.Ordinal);
        Assert.Contains("ML-KEM", Broken(Good with { PeerSas = "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384" }), StringComparison.Ordinal);
        Assert.Contains("1 of 3 pings", Broken(Good with { Ping = new PingSummary(3, 2, 1) }), StringComparison.Ordinal);
        Assert.Contains("no ESP", Broken(Good with { Wire = new WireReport() }), StringComparison.Ordinal);
    }

    private static string Broken(ClusterFindings findings) => Assert.Single(findings.BrokenPromises());
}

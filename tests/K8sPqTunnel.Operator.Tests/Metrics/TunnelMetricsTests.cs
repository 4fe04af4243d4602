using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Tests.Fakes;
using K8sPqTunnel.Operator.Tests.Reconciliation;

namespace K8sPqTunnel.Operator.Tests.Metrics;

/// <summary>The operator's own series: there is one for every tunnel, whatever becomes of its gateway.</summary>
public sealed class TunnelMetricsTests
{
    private const string Up = "pqtunnel_up{namespace=\"network\",name=\"berlin\"}";

    [Fact]
    public async Task A_tunnel_whose_gateway_has_no_pod_at_all_is_a_series_with_zero()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        cluster.Delete(ClusterPaths.Pod);
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);

        await TunnelLifeTests.ReadyAsync(cluster, condition => condition.Reason == "GatewayStarting");
        await SeriesAsync(running, $"{Up} 0");
    }

    [Fact]
    public async Task The_series_is_one_while_packets_pass_zero_when_the_pod_fails_and_goes_with_the_tunnel()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using (FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), TunnelLifeTests.Token, Samples.Hello, TunnelLifeTests.Berlin(cluster)))
        {
            TunnelReport report = Samples.Report;
            report.ObservedGeneration = 1;
            await daemon.SendAsync(new DaemonMessage { Report = report });
            await SeriesAsync(running, $"{Up} 1");
        }

        cluster.Put(ClusterPaths.Pod, ClusterPaths.CrashingPodJson);
        await SeriesAsync(running, $"{Up} 0");

        // Nothing is left to clean where its node has been deleted.
        cluster.Delete(ClusterPaths.Node);
        cluster.Delete(ClusterPaths.Pod);
        cluster.Delete(ClusterPaths.Tunnel);
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.Tunnel) is null, "the tunnel is gone");
        await Eventually.GetAsync(async () => (await running.MetricsAsync()).Contains(Up, StringComparison.Ordinal) ? null : "", "its series is gone");
    }

    private static async Task SeriesAsync(OperatorUnderTest running, string line) => await Eventually.GetAsync(
        async () => (await running.MetricsAsync()).Contains(line + "\n", StringComparison.Ordinal) ? "" : null, line);
}

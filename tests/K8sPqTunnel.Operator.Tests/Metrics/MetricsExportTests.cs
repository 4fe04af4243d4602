using K8sPqTunnel.Operator.Metrics;
using K8sPqTunnel.Operator.Tests.Fakes;
using K8sPqTunnel.Operator.Tests.Reconciliation;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Operator.Tests.Metrics;

public sealed class MetricsExportTests
{
    [Fact]
    public async Task A_collector_is_sent_every_series_that_Prometheus_would_read()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using MetricsCollector collector = await MetricsCollector.StartAsync(stop);
        // First, so that it misses nothing that the page counts.
        var export = new MetricsExport(collector.Receive);
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        string page = await Eventually.GetAsync(
            async () => await running.MetricsAsync() is var text && text.Contains("pqtunnel_up{namespace=\"network\",name=\"berlin\"} 0\n", StringComparison.Ordinal) ? text : null,
            "the tunnel that is down has its series");

        export.Dispose();                                                // what is unsent goes now

        string message = await collector.FirstAsync(stop);
        Assert.Contains("pqtunnel-operator", message, StringComparison.Ordinal);
        Assert.Contains("berlin", message, StringComparison.Ordinal);
        string[] names = [.. page.Split('\n').Where(line => line.StartsWith("# TYPE pqtunnel_", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.Contains("pqtunnel_tunnel_quantum_safe", names);
        Assert.All(names, name => Assert.Contains(name, message, StringComparison.Ordinal));
    }
}

using K8sPqTunnel.Sidecar.Health;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Sidecar.Tests.Health;

public sealed class MetricsPageTests
{
    [Fact]
    public void Each_metric_of_the_daemon_has_its_line_in_the_docs()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs/metrics.md"));
        Assert.All([.. TunnelMetrics.All.Select(metric => metric.Name), TunnelMetrics.DaemonDrops], name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }
}

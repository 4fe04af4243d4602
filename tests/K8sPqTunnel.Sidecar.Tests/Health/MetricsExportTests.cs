using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.Health;
using K8sPqTunnel.Sidecar.State;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Sidecar.Tests.Health;

public sealed class MetricsExportTests
{
    [Fact]
    public async Task A_collector_is_sent_what_Prometheus_would_read()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using MetricsCollector collector = await MetricsCollector.StartAsync(stop);
        DaemonOfOne daemon = DaemonWith(Snapshots.Up);
        new MetricsExport(daemon, collector.Receive).Dispose();

        Assert.Equal(1, daemon.Looks);                                   // at the end there was one collection
        string message = await collector.FirstAsync(stop);
        string[] names = [.. TunnelMetrics.All.Where(metric => metric.Read(Snapshots.Up).Any()).Select(metric => metric.Name)];
        Assert.Contains("pqtunnel_up", names);
        Assert.All(names, name => Assert.Contains(name, message, StringComparison.Ordinal));
        Assert.Contains("pqtunnel_tunnel_handshake_duration_seconds_bucket", message, StringComparison.Ordinal);
        Assert.Contains("XfrmInStateSeqError", message, StringComparison.Ordinal);
        Assert.Contains("berlin", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_collector_nothing_is_exported() => Assert.Null(MetricsExport.FromEnvironment(DaemonWith(Snapshots.Up)));

    private static DaemonOfOne DaemonWith(TunnelSnapshot snapshot) => new(snapshot);

    private sealed class DaemonOfOne(TunnelSnapshot snapshot) : IControlledDaemon, IControlledTunnel
    {
        public IReadOnlyList<IControlledTunnel> Tunnels => [this];

        public IReadOnlyDictionary<string, long> Drops { get; } = new Dictionary<string, long>();

        public string FullName => $"{snapshot.Namespace}/{snapshot.Name}";

        /// <summary>How often the tunnel was looked at.</summary>
        public int Looks { get; private set; }

        public TunnelSnapshot Snapshot()
        {
            Looks++;
            return snapshot;
        }

        public Task<IReadOnlyList<string>> ReloadAsync() => throw new NotSupportedException();

        public void Rekey(RekeyKind kind) => throw new NotSupportedException();

        public Task TearDownAsync(CancellationToken cancellation) => throw new NotSupportedException();
    }
}

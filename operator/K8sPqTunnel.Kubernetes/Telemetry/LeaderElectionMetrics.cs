using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace K8sPqTunnel.Kubernetes.Telemetry;

/// <summary>Who leads, under client-go's name.</summary>
internal sealed class LeaderElectionMetrics
{
    private readonly ConcurrentDictionary<string, Func<bool>> _leases = [];

    public LeaderElectionMetrics(Meter meter) => meter.CreateObservableGauge(
        "leader_election_master_status",
        () => _leases.Select(lease => new Measurement<int>(lease.Value() ? 1 : 0, new KeyValuePair<string, object?>("name", lease.Key))),
        description: "1 while this process holds the lease, 0 while it waits for it.");

    /// <summary>Makes the gauge read an election.</summary>
    public void Observe(string lease, Func<bool> leads) => _leases[lease] = leads;
}

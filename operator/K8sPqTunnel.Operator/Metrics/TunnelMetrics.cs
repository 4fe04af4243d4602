using System.Diagnostics.Metrics;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Metrics;

/// <summary>What the operator measures of its tunnels. A tunnel that is down still has its series, with 0.</summary>
internal sealed class TunnelMetrics : IDisposable
{
    private readonly Meter _meter = new("K8sPqTunnel.Operator");

    public TunnelMetrics(ClusterView cluster)
    {
        _meter.CreateObservableGauge("pqtunnel_tunnel_up", () => Each(cluster, Conditions.ConditionTypes.Ready),
            description: "1 when packets pass through the tunnel.");
        _meter.CreateObservableGauge("pqtunnel_tunnel_quantum_safe", () => Each(cluster, Conditions.ConditionTypes.QuantumSafe),
            description: "1 when the tunnel's keys come from at least one ML-KEM exchange.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<int>> Each(ClusterView cluster, string condition) =>
        cluster.Tunnels.List().Select(tunnel => new Measurement<int>(Holds(tunnel, condition) ? 1 : 0,
            new KeyValuePair<string, object?>("namespace", tunnel.Metadata.Namespace), new KeyValuePair<string, object?>("name", tunnel.Metadata.Name)));

    private static bool Holds(TunnelResource tunnel, string type) =>
        tunnel.Status?.Conditions?.Any(c => c.Type == type && c.Status == ConditionStatus.True) == true;
}

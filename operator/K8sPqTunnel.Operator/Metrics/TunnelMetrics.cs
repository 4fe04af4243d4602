using System.Diagnostics.Metrics;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Operator.Leadership;
using K8sPqTunnel.Operator.Policies;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Metrics;

/// <summary>What the operator measures of its tunnels. A tunnel that is down still has its series, with 0.</summary>
/// <remarks>Of the replica that leads only: sums over all of them count each tunnel once.</remarks>
internal sealed class TunnelMetrics : IDisposable
{
    private readonly Meter _meter = new("K8sPqTunnel.Operator");
    private readonly ClusterView _cluster;
    private readonly PolicyView _policies;
    private readonly ReplicaLeadership _leadership;

    public TunnelMetrics(ClusterView cluster, PolicyView policies, ReplicaLeadership leadership)
    {
        (_cluster, _policies, _leadership) = (cluster, policies, leadership);
        _meter.CreateObservableGauge("pqtunnel_policy_tunnels", () => EachPolicy(status => status.Tunnels ?? 0),
            description: "Tunnels that a PostQuantumPolicy is for.");
        _meter.CreateObservableGauge("pqtunnel_policy_violations", () => EachPolicy(status => status.Violating ?? 0),
            description: "Tunnels that do less than a PostQuantumPolicy wants.");
        _meter.CreateObservableGauge("pqtunnel_up", () => Each(Conditions.ConditionTypes.Ready),
            description: "1 when packets pass through the tunnel.");
        _meter.CreateObservableGauge("pqtunnel_tunnel_quantum_safe", () => Each(Conditions.ConditionTypes.QuantumSafe),
            description: "1 when the tunnel's keys come from at least one ML-KEM exchange.");
        _meter.CreateObservableGauge("pqtunnel_tunnel_certificate_valid",
            () => Each(Tunnels.Where(tunnel => Find(tunnel, Conditions.ConditionTypes.CertificateValid) is not null),
                tunnel => Holds(tunnel, Conditions.ConditionTypes.CertificateValid) ? 1 : 0),
            description: "1 when the certificates that the tunnel names are readable, belong to their key and are within their dates; absent where it names none.");
        _meter.CreateObservableGauge("pqtunnel_tunnel_certificate_expiry_timestamp_seconds",
            () => Each(Tunnels.Where(tunnel => tunnel.Status?.CertificateExpiryTime is not null), tunnel => tunnel.Status!.CertificateExpiryTime!.Value.ToUnixTimeSeconds()),
            description: "When the first of the certificates that this end proves itself with expires, in Unix time, as its Secret has them.");
    }

    private IEnumerable<TunnelResource> Tunnels => _leadership.Since is null ? [] : _cluster.Tunnels.List();

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> EachPolicy(Func<PostQuantumPolicyStatus, long> value) =>
        (_leadership.Since is null ? [] : _policies.Policies.List()).Select(policy => new Measurement<long>(value(policy.Status ?? new PostQuantumPolicyStatus()),
            new KeyValuePair<string, object?>("policy", policy.Metadata.Name)));

    private IEnumerable<Measurement<long>> Each(string condition) => Each(Tunnels, tunnel => Holds(tunnel, condition) ? 1 : 0);

    private static IEnumerable<Measurement<long>> Each(IEnumerable<TunnelResource> tunnels, Func<TunnelResource, long> value) =>
        tunnels.Select(tunnel => new Measurement<long>(value(tunnel),
            new KeyValuePair<string, object?>("namespace", tunnel.Metadata.Namespace), new KeyValuePair<string, object?>("name", tunnel.Metadata.Name)));

    private static bool Holds(TunnelResource tunnel, string type) => Find(tunnel, type)?.Status == ConditionStatus.True;

    private static Condition? Find(TunnelResource tunnel, string type) => tunnel.Status?.Conditions?.FirstOrDefault(c => c.Type == type);
}

using System.Collections.Concurrent;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Resources;
using Condition = K8sPqTunnel.Api.Status.Condition;
using ConditionStatus = K8sPqTunnel.Api.Status.ConditionStatus;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Writes a tunnel's status when it changes: transitions at once and with an event, counters and round-trip times now and then.</summary>
internal sealed class StatusWriter(KubernetesClient client, EventRecorder events, TimeProvider clock)
{
    // The least time between two writes: of transitions, so that a flapping peer makes no flood, and of counters.
    private static readonly TimeSpan TransitionInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CounterInterval = TimeSpan.FromSeconds(15);

    private readonly ResourceClient<TunnelResource> _tunnels = client.Of(OperatorKinds.Tunnel);
    private readonly ConcurrentDictionary<NamespacedName, Written> _written = new();

    /// <summary>The status that was written last, which the informer may not show yet; else the one that the tunnel was read with.</summary>
    public IpsecTunnelStatus? LastOf(TunnelResource tunnel) =>
        _written.TryGetValue(tunnel.Metadata.Key, out Written? written) && written.Uid == tunnel.Metadata.Uid ? written.Status : tunnel.Status;

    public async Task<ReconcileResult> WriteAsync(TunnelResource tunnel, IpsecTunnelStatus status, CancellationToken cancellationToken)
    {
        IpsecTunnelStatus? before = LastOf(tunnel);
        status = WithoutHoles(before, status);
        if (StatusChange.IsNone(before, status))
            return ReconcileResult.Done;

        DateTimeOffset now = clock.GetUtcNow();
        TimeSpan interval = IntervalOf(before, status);
        if (_written.TryGetValue(tunnel.Metadata.Key, out Written? written) && written.Time + interval - now is { Ticks: > 0 } wait)
            return ReconcileResult.RequeueAfter(wait);

        var desired = new TunnelResource
        {
            Metadata = new ObjectMeta { Name = tunnel.Metadata.Name, Namespace = tunnel.Metadata.Namespace, Uid = tunnel.Metadata.Uid },
            Status = status,
        };
        await _tunnels.ApplyStatusAsync(desired, FieldManager.Name, cancellationToken: cancellationToken);
        _written[tunnel.Metadata.Key] = new Written(tunnel.Metadata.Uid, status, now);
        Announce(tunnel, before, status);
        return ReconcileResult.Done;
    }

    public void Forget(NamespacedName tunnel) => _written.TryRemove(tunnel, out _);

    private static TimeSpan IntervalOf(IpsecTunnelStatus? before, IpsecTunnelStatus after)
    {
        if (StatusChange.IsOfNodes(before, after))
            return TimeSpan.Zero;                                          // what waits may be lost with this process
        return StatusChange.IsTransition(before, after) ? TransitionInterval : CounterInterval;
    }

    // Up to Kubernetes 1.20 at least, an object of which the applier gives up every field stays behind as null, which the schema then
    // refuses: one that was there keeps a field.
    private static IpsecTunnelStatus WithoutHoles(IpsecTunnelStatus? before, IpsecTunnelStatus after) => after with
    {
        Ike = after.Ike ?? (before?.Ike is null ? null : new IkeStatus { KeyExchanges = [] }),
        Counters = after.Counters ?? (before?.Counters is null ? null : new CounterStatus()),
    };

    private void Announce(TunnelResource tunnel, IpsecTunnelStatus? before, IpsecTunnelStatus after)
    {
        Condition? was = Find(before, Conditions.ConditionTypes.Ready);
        Condition ready = Find(after, Conditions.ConditionTypes.Ready)!;
        if (was?.Status == ready.Status && was.Reason == ready.Reason)
            return;

        bool bad = ready.Status != ConditionStatus.True
            && (was?.Status == ConditionStatus.True || Find(after, Conditions.ConditionTypes.Stalled)?.Status == ConditionStatus.True);
        events.Record(tunnel, bad ? EventType.Warning : EventType.Normal, ready.Reason, "Reconcile", ready.Message);
    }

    private static Condition? Find(IpsecTunnelStatus? status, string type) => status?.Conditions?.FirstOrDefault(c => c.Type == type);

    private sealed record Written(string? Uid, IpsecTunnelStatus Status, DateTimeOffset Time);
}

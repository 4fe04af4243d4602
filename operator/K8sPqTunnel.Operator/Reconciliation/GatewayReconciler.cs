using System.Collections.Concurrent;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Brings one gateway to what it should be: its files and pod, the tunnels of the daemon that runs, and a status of its own.</summary>
internal sealed class GatewayReconciler(
    ClusterView cluster,
    SessionRegistry sessions,
    TunnelJudgement judgement,
    GatewayFactory gateways,
    GatewayApplier applier,
    GatewayRollout rollout,
    TunnelDelivery delivery,
    GatewayStatusWriter statuses)
{
    // What each tunnel was when it could run last, by UID.
    private readonly ConcurrentDictionary<string, PlannedTunnel> _last = new(StringComparer.Ordinal);
    private Action<NamespacedName> _tunnelConcerned = static _ => { };

    /// <summary>Queues the tunnels that a gateway's reconcile concerns. Before the first.</summary>
    public void FeedTo(WorkQueue<NamespacedName> tunnels) => _tunnelConcerned += tunnels.Add;

    public async Task<ReconcileResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (cluster.ShapeOf(key) is not { } shape)
        {
            applier.Forget(key);
            sessions.Forget(key);
            rollout.Forget(key);
            statuses.Forget(key);
            return ReconcileResult.Done;
        }

        IReadOnlyList<TunnelResource> tunnels = cluster.TunnelsOf(key);
        List<PlannedTunnel> planned = [.. tunnels.Select(tunnel => Plan(shape, tunnel)).OfType<PlannedTunnel>().OrderBy(tunnel => tunnel.Name, StringComparer.Ordinal)];
        ReplicaSet pods = gateways.ReplicaSetFor(shape, planned);
        string? refusal = null;
        // A tunnel's own gateway comes with it, and is left exactly as it is while it goes.
        if (shape.IsShared || planned.Count > 0)
        {
            string? before = applier.RefusalOf(key);
            refusal = await applier.TryApplyAsync(gateways.FilesFor(shape, planned), pods, cancellationToken);
            if (refusal != before)
                Concern(tunnels);
        }

        TimeSpan? again = refusal is null && (shape.IsShared || planned.Count > 0) ? await rollout.AdvanceAsync(pods, cancellationToken) : null;
        // A pod that goes begins nothing any more: its successor does.
        if (sessions.TryGetSession(key, out DaemonSession? session) && !rollout.IsGoing(key, session.Hello.PodName))
            await delivery.DeliverAsync(session, tunnels, cancellationToken);
        if (shape.Owner is GatewayResource gateway)
            await statuses.WriteAsync(gateway, new GatewaySight(cluster.PodsOf(key)), sessions.Find(key), tunnels, refusal, cancellationToken);
        if (refusal is not null)
            return ReconcileResult.Failed(refusal);
        return again is { } wait ? ReconcileResult.RequeueAfter(wait) : ReconcileResult.Done;
    }

    private void Concern(IReadOnlyList<TunnelResource> tunnels)
    {
        foreach (TunnelResource tunnel in tunnels)
            _tunnelConcerned(tunnel.Metadata.Key);
    }

    // What a daemon may begin has promised to be cleaned up. One that cannot run as it is now stays what it was last.
    private PlannedTunnel? Plan(GatewayShape shape, TunnelResource tunnel)
    {
        if (tunnel.Metadata.IsBeingDeleted || tunnel.Metadata.Finalizers?.Contains(IpsecTunnel.Finalizer) != true)
        {
            _last.TryRemove(tunnel.Metadata.Uid!, out _);
            return null;
        }

        TunnelObservation observed = judgement.Observe(tunnel, tunnel.Status);
        if (TunnelJudgement.MayRun(observed))
            return Remember(shape, tunnel.Metadata.Uid!, PlannedTunnel.Of(tunnel, observed.Validation.Settings!));
        return shape.IsShared ? _last.GetValueOrDefault(tunnel.Metadata.Uid!) : null;
    }

    // Of a gateway of several only: a tunnel's own is left as it is.
    private PlannedTunnel Remember(GatewayShape shape, string uid, PlannedTunnel planned)
    {
        if (shape.IsShared)
            _last[uid] = planned;
        return planned;
    }
}

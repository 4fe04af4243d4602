using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Leadership;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Brings one tunnel to a gateway that may run it, and writes a status that says how it fares.</summary>
internal sealed class TunnelReconciler(
    KubernetesClient client,
    ClusterView cluster,
    TunnelJudgement judgement,
    StatusWriter statuses,
    TunnelTeardown teardown,
    ReplicaLeadership leadership,
    TimeProvider clock)
{
    /// <summary>How long a status is left alone while its daemon finds its way (back) to the operator.</summary>
    public static readonly TimeSpan SessionGrace = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    private readonly ResourceClient<TunnelResource> _tunnels = client.Of(OperatorKinds.Tunnel);

    public async Task<ReconcileResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (!cluster.Tunnels.TryGet(key, out TunnelResource? tunnel))
        {
            Forget(key);
            return ReconcileResult.Gone;
        }

        return tunnel.Metadata.IsBeingDeleted
            ? await teardown.ReconcileAsync(tunnel, cancellationToken)
            : await ReconcileAsync(tunnel, cancellationToken);
    }

    private async Task<ReconcileResult> ReconcileAsync(TunnelResource tunnel, CancellationToken cancellationToken)
    {
        IpsecTunnelStatus? before = statuses.LastOf(tunnel);
        TunnelObservation observed = judgement.Observe(tunnel, before);
        // First the promise to clean up: with it, the gateway's reconcile takes the tunnel up.
        if (TunnelJudgement.MayRun(observed) && ReadyChain.SecretIsUsable(observed) is null)
            await _tunnels.AddFinalizerAsync(tunnel, IpsecTunnel.Finalizer, cancellationToken);

        if (Grace(observed, before) is { Ticks: > 0 } wait)
        {
            await statuses.WriteAsync(tunnel, before! with { Nodes = TunnelStatus.NodesOf(observed, before) }, cancellationToken);
            return ReconcileResult.RequeueAfter(wait);
        }

        ReconcileResult written = await statuses.WriteAsync(tunnel, TunnelStatus.Of(observed, before, clock.GetUtcNow()), cancellationToken);
        return written == ReconcileResult.Done && NextLook(observed) is { } next ? ReconcileResult.RequeueAfter(next) : written;
    }

    // A certificate expires without an event.
    private static TimeSpan? NextLook(TunnelObservation observed) =>
        observed.Certificates?.NextChange(observed.Time) - observed.Time is { } rest ? rest < LongestPause ? rest : LongestPause : null;

    // A daemon keeps its tunnel while the operator restarts, or another replica begins to lead: no reason to say otherwise before it had time to call.
    private TimeSpan? Grace(TunnelObservation observed, IpsecTunnelStatus? before)
    {
        bool wasHeard = observed.Refusal is null && before?.Peer is not null && before.ObservedGeneration == observed.Generation;
        if (!wasHeard || observed.Daemon is { Connected: true, Report: not null } || observed.Gateway.Trouble() is not null)
            return null;
        return (observed.Daemon?.Since ?? leadership.Since ?? clock.GetUtcNow()) + SessionGrace - clock.GetUtcNow();
    }

    private void Forget(NamespacedName tunnel)
    {
        statuses.Forget(tunnel);
    }
}

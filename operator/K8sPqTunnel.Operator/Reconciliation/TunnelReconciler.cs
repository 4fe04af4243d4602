using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Brings one tunnel to what its spec asks for: a gateway pod, and a status that says how it fares.</summary>
internal sealed class TunnelReconciler(
    KubernetesClient client,
    ClusterView cluster,
    SessionRegistry sessions,
    GatewayFactory gateways,
    GatewayApplier applier,
    StatusWriter statuses,
    TunnelTeardown teardown,
    TimeProvider clock)
{
    /// <summary>How long a status is left alone while its daemon finds its way (back) to the operator.</summary>
    public static readonly TimeSpan SessionGrace = TimeSpan.FromSeconds(30);

    private readonly ResourceClient<TunnelResource> _tunnels = client.Of(OperatorKinds.Tunnel);
    private readonly DateTimeOffset _start = clock.GetUtcNow();

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
        TunnelObservation observed = Observe(tunnel);
        if (observed.Validation.IsValid && ReadyChain.SecretIsUsable(observed) is null)
        {
            // First the promise to clean up, then something to clean up.
            await _tunnels.AddFinalizerAsync(tunnel, IpsecTunnel.Finalizer, cancellationToken);
            observed = observed with
            {
                Refusal = await ApplyAsync(gateways.For(tunnel, observed.Validation.Settings, observed.Secrets), cancellationToken),
            };
        }

        IpsecTunnelStatus? before = statuses.LastOf(tunnel);
        if (observed.Refusal is { } refusal)
        {
            await statuses.WriteAsync(tunnel, TunnelStatus.Of(observed, before, clock.GetUtcNow()), cancellationToken);
            return ReconcileResult.Failed(refusal);
        }
        if (Grace(observed, before) is { Ticks: > 0 } wait)
        {
            await statuses.WriteAsync(tunnel, before! with { Nodes = TunnelStatus.NodesOf(observed, before) }, cancellationToken);
            return ReconcileResult.RequeueAfter(wait);
        }

        return await statuses.WriteAsync(tunnel, TunnelStatus.Of(observed, before, clock.GetUtcNow()), cancellationToken);
    }

    /// <returns>Why the API server, a quota or a webhook refuses it, for the tunnel's condition; null when it was taken.</returns>
    private async Task<string?> ApplyAsync(GatewayObjects wanted, CancellationToken cancellationToken)
    {
        try
        {
            await applier.ApplyAsync(wanted, cancellationToken);
            return null;
        }
        catch (ApiException e) when (e.Code is >= 400 and < 500 && !e.IsConflict)
        {
            return e.Message;
        }
    }

    private TunnelObservation Observe(TunnelResource tunnel)
    {
        NamespacedName key = tunnel.Metadata.Key;
        TunnelValidation validation = TunnelValidator.Validate(tunnel.ToDocument());
        return new TunnelObservation(
            tunnel.Metadata.Generation ?? 0,
            tunnel.Spec?.PostQuantum?.KeyExchange ?? KeyExchangePolicy.Required,
            validation,
            [.. (validation.Settings?.Authentication.Secrets ?? []).Select(reference => SecretOf(key, reference))],
            new GatewaySight(cluster.PodsOf(key)),
            sessions.Find(key));
    }

    private SecretSight SecretOf(NamespacedName tunnel, SecretReference reference)
    {
        cluster.Secrets.TryGet(new NamespacedName(tunnel.Namespace, reference.Name), out ObservedSecret? secret);
        return SecretSight.Of(secret, reference);
    }

    // A daemon keeps its tunnel while the operator restarts: no reason to say otherwise before it had time to call.
    private TimeSpan? Grace(TunnelObservation observed, IpsecTunnelStatus? before)
    {
        bool wasHeard = before?.Peer is not null && before.ObservedGeneration == observed.Generation;
        if (!wasHeard || observed.Daemon is { Connected: true, Report: not null } || observed.Gateway.Trouble() is not null)
            return null;
        return (observed.Daemon?.Since ?? _start) + SessionGrace - clock.GetUtcNow();
    }

    private void Forget(NamespacedName tunnel)
    {
        sessions.Forget(tunnel);
        statuses.Forget(tunnel);
    }
}

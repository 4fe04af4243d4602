using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Lets a deleted tunnel go when nothing of it is left on any node.</summary>
internal sealed class TunnelTeardown(
    KubernetesClient client,
    ClusterView cluster,
    SessionRegistry sessions,
    GatewayFactory gateways,
    GatewayApplier applier,
    StatusWriter statuses,
    EventRecorder events,
    TimeProvider clock)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    private readonly ResourceClient<TunnelResource> _tunnels = client.Of(OperatorKinds.Tunnel);
    private readonly ResourceClient<Node> _nodes = client.Of(Kinds.Node);

    public async Task<ReconcileResult> ReconcileAsync(TunnelResource tunnel, CancellationToken cancellationToken)
    {
        if (tunnel.Metadata.Finalizers?.Contains(IpsecTunnel.Finalizer) != true)
            return ReconcileResult.Done;

        (TeardownStep step, string message) = (await LookAsync(tunnel, cancellationToken)).Next();
        await ActAsync(step, tunnel, cancellationToken);
        if (step == TeardownStep.Finish)
        {
            events.Record(tunnel, EventType.Normal, "TornDown", "Teardown", message);
            return ReconcileResult.Done;
        }

        var verdict = new Verdict("TearingDown", message);
        IpsecTunnelStatus status = TunnelStatus.Deleting(statuses.LastOf(tunnel), verdict, tunnel.Metadata.Generation ?? 0, clock.GetUtcNow());
        await statuses.WriteAsync(tunnel, status, cancellationToken);
        return ReconcileResult.RequeueAfter(LookAgain);
    }

    private async Task<TeardownSight> LookAsync(TunnelResource tunnel, CancellationToken cancellationToken)
    {
        NamespacedName key = tunnel.Metadata.Key;
        IReadOnlyList<Pod> pods = cluster.PodsOf(key);
        DaemonSight? daemon = sessions.Find(key);
        string? node = NodeOf(daemon) ?? pods.FirstOrDefault(GatewaySight.HasRun)?.Spec?.NodeName ?? statuses.LastOf(tunnel)?.Node;
        return new TeardownSight(
            daemon?.Connected == true,
            daemon?.TornDown == true,
            node,
            node is not null && await _nodes.FindAsync(new NamespacedName(null, node), cancellationToken) is not null,
            pods.Count,
            cluster.Deployments.TryGet(GatewayOf(key), out _),
            GatewaySight.Of(pods).Trouble()?.Message);
    }

    private async Task ActAsync(TeardownStep step, TunnelResource tunnel, CancellationToken cancellationToken)
    {
        NamespacedName key = tunnel.Metadata.Key;
        switch (step)
        {
            case TeardownStep.Finish:
                await _tunnels.RemoveFinalizerAsync(tunnel, IpsecTunnel.Finalizer, cancellationToken);
                break;
            case TeardownStep.RemoveGateway:
                await client.Of(Kinds.Deployment).DeleteAsync(GatewayOf(key), cancellationToken: cancellationToken);
                break;
            case TeardownStep.AskDaemon when sessions.TryGetSession(key, out DaemonSession? session):
                await AskAsync(session, key, cancellationToken);
                break;
            case TeardownStep.Wait:
                await KeepGatewayAsync(tunnel, cancellationToken);
                break;
            default:
                break;
        }
    }

    private static async Task AskAsync(DaemonSession session, NamespacedName tunnel, CancellationToken cancellationToken)
    {
        try
        {
            await session.SendTeardownAsync($"IpsecTunnel {tunnel} was deleted.", cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The daemon went away in between; its next session is asked.
        }
    }

    // Somebody has to clean the node: if the Deployment was deleted by hand, it comes back for that. One that is there is left as it
    // is: the deletion has raised the generation, and to apply that would restart the daemon that is waited for.
    private async Task KeepGatewayAsync(TunnelResource tunnel, CancellationToken cancellationToken)
    {
        if (cluster.Deployments.TryGet(GatewayOf(tunnel.Metadata.Key), out _))
            return;
        if (TunnelValidator.Validate(tunnel.ToDocument()).Settings is not { } settings)
            return;
        cluster.Secrets.TryGet(new NamespacedName(tunnel.Metadata.Namespace, settings.Psk.Name), out ObservedSecret? secret);
        SecretSight sight = SecretSight.Of(secret, settings.Psk);
        if (sight.Value is not null)
            await applier.ApplyAsync(gateways.For(tunnel, settings, sight), cancellationToken);
    }

    private static string? NodeOf(DaemonSight? daemon) => daemon?.Hello.NodeName is { Length: > 0 } node ? node : null;

    private static NamespacedName GatewayOf(NamespacedName tunnel) => new(tunnel.Namespace, GatewayNames.Of(tunnel.Name));
}

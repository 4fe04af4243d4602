using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Applying;
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

    // The pods go before the ReplicaSet does: when that is gone, nothing makes a gateway pod any more.
    private static readonly DeleteOptions PodsFirst = new() { PropagationPolicy = "Foreground" };

    private readonly ResourceClient<TunnelResource> _tunnels = client.Of(OperatorKinds.Tunnel);
    private readonly ResourceClient<Pod> _pods = client.Of(Kinds.Pod);
    private readonly ResourceClient<Node> _nodes = client.Of(Kinds.Node);
    private readonly DateTimeOffset _start = clock.GetUtcNow();

    public async Task<ReconcileResult> ReconcileAsync(TunnelResource tunnel, CancellationToken cancellationToken)
    {
        if (tunnel.Metadata.Finalizers?.Contains(IpsecTunnel.Finalizer) != true)
            return ReconcileResult.Done;

        TeardownSight sight = await LookAsync(tunnel, cancellationToken);
        (TeardownStep step, Verdict verdict) = sight.Next(clock.GetUtcNow());
        string? refusal = await ActAsync(step, sight, tunnel, cancellationToken);
        if (step == TeardownStep.Finish)
        {
            sessions.Forget(GatewayNames.KeyOf(tunnel), tunnel.Metadata.Name!);
            events.Record(tunnel, EventType.Normal, "TornDown", "Teardown", verdict.Message);
            return ReconcileResult.Done;
        }

        verdict = refusal is null ? verdict : new Verdict("CleanUpRefused", refusal, Stalled: true);
        IpsecTunnelStatus status = TunnelStatus.Deleting(
            statuses.LastOf(tunnel), verdict, [.. sight.Nodes.Select(node => node.Node)], tunnel.Metadata.Generation ?? 0, clock.GetUtcNow());
        await statuses.WriteAsync(tunnel, status, cancellationToken);
        await RemoveDoneAsync(tunnel, sight, cancellationToken);
        return ReconcileResult.RequeueAfter(LookAgain);
    }

    // After the status was written, and only where it no longer names the node that the pod has cleaned: it would be cleaned again.
    private async Task RemoveDoneAsync(TunnelResource tunnel, TeardownSight sight, CancellationToken cancellationToken)
    {
        foreach (Pod pod in cluster.CleanUpsOf(tunnel.Metadata.Key))
        {
            if (NodeCleanUp.IsDone(pod) && !pod.Metadata.IsBeingDeleted && sight.Nodes.All(node => node.Node != pod.Spec?.NodeName))
                await _pods.DeleteAsync(pod.Metadata.Key, cancellationToken: cancellationToken);
        }
    }

    private async Task<TeardownSight> LookAsync(TunnelResource tunnel, CancellationToken cancellationToken)
    {
        NamespacedName key = tunnel.Metadata.Key;
        NamespacedName gatewayKey = GatewayNames.KeyOf(tunnel);
        bool shared = GatewayNames.IsShared(gatewayKey);
        DaemonSight? daemon = sessions.Find(gatewayKey, key.Name, tunnel.Metadata.Uid);
        var gateway = new GatewaySight(cluster.PodsOf(gatewayKey));
        IReadOnlyList<Pod> cleanUps = cluster.CleanUpsOf(key);
        IEnumerable<string?> clean = cleanUps.Where(NodeCleanUp.IsDone).Select(pod => pod.Spec?.NodeName);
        IReadOnlyList<string> holding = HoldingNodes.Of((statuses.LastOf(tunnel)?.Nodes ?? []).Where(node => !clean.Contains(node)), gateway, daemon);

        // A gateway of several stays.
        Pod[] pods = shared ? [.. cleanUps] : [.. gateway.Pods, .. cleanUps];
        var present = new Dictionary<string, Node>();
        foreach (string name in holding.Union(pods.Select(pod => pod.Spec?.NodeName).OfType<string>()))
        {
            // That a node has left is too much to believe a store that may lag behind: what is left there would stay for ever.
            var nodeKey = new NamespacedName(null, name);
            if ((cluster.Nodes.TryGet(nodeKey, out Node? node) ? node : await _nodes.FindAsync(nodeKey, cancellationToken)) is { } there)
                present.Add(name, there);
        }

        AppliedObject? own = !shared && cluster.ReplicaSets.TryGet(gatewayKey, out AppliedObject? found) ? found : null;
        bool mayCall = daemon?.TornDown != true && gateway.Trouble() is null && Grace(tunnel, daemon) > TimeSpan.Zero;
        return new TeardownSight(
            daemon is { Connected: true, TornDown: false } ? daemon.Hello.NodeName : null,
            mayCall,
            own is { Metadata.IsBeingDeleted: false },
            own is not null || pods.Any(pod => pod.Spec?.NodeName is not { } node || present.ContainsKey(node)),
            [.. holding.Where(present.ContainsKey).Select(node => NodeCleanUp.Of(present[node], shared && !mayCall ? [] : gateway.Pods, cleanUps))]);
    }

    // A daemon that runs finds its way back to an operator that was restarted.
    private TimeSpan Grace(TunnelResource tunnel, DaemonSight? daemon)
    {
        DateTimeOffset since = daemon?.Since ?? _start;
        DateTimeOffset deletion = tunnel.Metadata.DeletionTimestamp ?? since;
        return (since > deletion ? since : deletion) + TunnelReconciler.SessionGrace - clock.GetUtcNow();
    }

    /// <returns>Why the API server does not let it happen, or null.</returns>
    private async Task<string?> ActAsync(TeardownStep step, TeardownSight sight, TunnelResource tunnel, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case TeardownStep.Finish:
                await _tunnels.RemoveFinalizerAsync(tunnel, IpsecTunnel.Finalizer, cancellationToken);
                return null;
            case TeardownStep.RemoveGateway:
                await client.Of(Kinds.ReplicaSet).DeleteAsync(GatewayNames.KeyOf(tunnel), PodsFirst, cancellationToken);
                return null;
            case TeardownStep.AskDaemon when sessions.TryGetSession(GatewayNames.KeyOf(tunnel), out DaemonSession? session):
                await AskAsync(session, tunnel.Metadata, cancellationToken);
                return null;
            case TeardownStep.CleanNodes:
                return await CleanAsync(sight.Nodes, tunnel, cancellationToken);
            default:
                return null;
        }
    }

    private static async Task AskAsync(DaemonSession session, ObjectMeta tunnel, CancellationToken cancellationToken)
    {
        try
        {
            await session.SendTeardownAsync(
                new TunnelRef { Name = tunnel.Name, Uid = tunnel.Uid }, $"IpsecTunnel {tunnel.Key} was deleted.", cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The daemon went away in between; its next session is asked.
        }
    }

    private async Task<string?> CleanAsync(IReadOnlyList<NodeCleanUp> nodes, TunnelResource tunnel, CancellationToken cancellationToken)
    {
        string? refusal = null;
        foreach (NodeCleanUp node in nodes)
        {
            switch (node.Next(clock.GetUtcNow()).Step)
            {
                case NodeCleanUpStep.CreatePod:
                    refusal = await CreatePodAsync(tunnel, node.Node, cancellationToken) ?? refusal;
                    break;
                case NodeCleanUpStep.DeletePod:
                    await _pods.DeleteAsync(node.Pod!.Metadata.Key, cancellationToken: cancellationToken);
                    break;
                default:
                    // A pod that waits for what it mounts would wait for ever.
                    if (node.Pod is { } pod && !NodeCleanUp.IsDone(pod))
                        refusal = await WhereAllowedAsync(node.Node, () => RestoreFilesAsync(tunnel, cancellationToken)) ?? refusal;
                    break;
            }
        }

        return refusal;
    }

    private Task<string?> CreatePodAsync(TunnelResource tunnel, string node, CancellationToken cancellationToken) => WhereAllowedAsync(node, async () =>
    {
        await RestoreFilesAsync(tunnel, cancellationToken);
        await _pods.CreateAsync(gateways.CleanUpFor(tunnel, node), cancellationToken);
    });

    // What somebody deleted by hand comes back. What is there stays: it names the tunnel, whatever became of the spec since.
    private async Task RestoreFilesAsync(TunnelResource tunnel, CancellationToken cancellationToken)
    {
        var gateway = new NamespacedName(tunnel.Metadata.Namespace, GatewayNames.Of(tunnel.Metadata.Name!));
        if (!cluster.ConfigMaps.TryGet(gateway, out _) || !cluster.ServiceAccounts.TryGet(gateway, out _))
            await applier.ApplyAsync(gateways.FilesFor(tunnel), cancellationToken);
    }

    /// <returns>Why the API server does not let it happen, or null.</returns>
    private static async Task<string?> WhereAllowedAsync(string node, Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (ApiException e) when (e.IsAlreadyExists)
        {
            return null;                                                   // the informer shows it a moment later
        }
        catch (ApiException e) when (e.Reason is StatusReasons.Forbidden or StatusReasons.Invalid)
        {
            return $"node {node} may still block the tunnel's traffic, and no pod can be made to clean it ({e.Message}): make that possible, "
                + $"or run pqtunnel down on that node and remove the finalizer {IpsecTunnel.Finalizer} by hand";
        }
    }
}

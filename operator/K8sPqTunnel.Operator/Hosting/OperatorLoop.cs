using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Operator.Admission;
using K8sPqTunnel.Operator.Leadership;
using K8sPqTunnel.Operator.Policies;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Hosting;

/// <summary>Runs the informers for as long as the process lives, and the controllers while it leads.</summary>
internal sealed class OperatorLoop(
    ReplicaLeadership leadership,
    ClusterView cluster,
    SessionRegistry sessions,
    TunnelReconciler tunnels,
    GatewayReconciler gateways,
    PolicyView policyView,
    PolicyReconciler policies,
    WebhookTrust webhooks,
    EventRecorder events,
    KubernetesMetrics metrics,
    IHostApplicationLifetime process,
    ILogger<OperatorLoop> logger) : BackgroundService
{
    private const int Workers = 8;                                         // a reconcile mostly waits for the API server

    // Each request to the API server is cancelled, so what is left is a moment's work.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    // A tunnel that fails is tried again soon enough for a user who watches.
    private static readonly ExponentialBackoff Backoff = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60));

    // What no event told heals by itself. It costs no request where nothing has changed.
    private static readonly TimeSpan Resync = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using Controller<NamespacedName> tunnelWork = Make("ipsectunnels", tunnels.ReconcileAsync);
        using Controller<NamespacedName> gatewayWork = Make("ipsecgateways", gateways.ReconcileAsync);
        using Controller<NamespacedName> policyWork = Make("postquantumpolicies", policies.ReconcileAsync);
        policies.FeedTo(tunnelWork.Queue, policyWork.Queue);
        cluster.FeedTo(tunnelWork.Queue, gatewayWork.Queue);
        gateways.FeedTo(tunnelWork.Queue);
        sessions.Subscribe(
            gateway =>
            {
                gatewayWork.Queue.Add(gateway);
                foreach (TunnelResource tunnel in cluster.TunnelsOf(gateway))
                    tunnelWork.Queue.Add(tunnel.Metadata.Key);
            },
            tunnelWork.Queue.Add);
        try
        {
            Task informers = Task.WhenAny(cluster.RunAsync(stoppingToken), policyView.RunAsync(stoppingToken), webhooks.RunAsync(stoppingToken)).Unwrap();
            Task recorder = events.RunAsync(stoppingToken);
            // None of them ends by itself. One that does has met a defect: the process goes with it, rather than run on half blind.
            await await Task.WhenAny(
                Task.WhenAll(cluster.WaitForSyncAsync(stoppingToken), policyView.WaitForSyncAsync(stoppingToken)), informers, recorder);
            OperatorLog.Listed(logger, cluster.Tunnels.Count);
            // What listing has left over is more than the operator will ever need again at once.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            // Until then the queues only collect what is to be looked at.
            Task leading = leadership.RunAsync(lost => LeadAsync([tunnelWork, gatewayWork, policyWork], lost), stoppingToken);
            await Task.WhenAny(informers, recorder, leading);
            if (stoppingToken.IsCancellationRequested)
                await leading;                                             // the lease is given up, and nothing reconciles any more when this one ends
            await await Task.WhenAny(informers, recorder, leading);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
        catch (LeadershipLostException e)
        {
            OperatorLog.Superseded(logger, e.Message);
            process.StopApplication();
        }
    }

    /// <summary>Returns when nothing works any more, however short the host's patience is: what all of it uses is disposed next.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { } running)
            await running.WaitAsync(LongestEnd, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task LeadAsync(IEnumerable<Controller<NamespacedName>> controllers, CancellationToken lost)
    {
        Task[] work = [.. controllers.Select(controller => controller.RunAsync(lost))];
        Task first = await Task.WhenAny(work);
        if (lost.IsCancellationRequested)
            await Task.WhenAll(work);
        await first;
    }

    private Controller<NamespacedName> Make(string name, Reconcile<NamespacedName> reconcile) =>
        new(new WorkQueueOptions { Name = name, Backoff = Backoff, Resync = Resync, Metrics = metrics }, reconcile, Workers, logger);
}

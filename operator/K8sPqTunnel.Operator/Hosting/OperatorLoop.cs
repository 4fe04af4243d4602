using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Operator.Admission;
using K8sPqTunnel.Operator.Policies;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Hosting;

/// <summary>Runs the informers and the controllers for as long as the process lives.</summary>
internal sealed class OperatorLoop(
    ClusterView cluster,
    SessionRegistry sessions,
    TunnelReconciler tunnels,
    GatewayReconciler gateways,
    PolicyView policyView,
    PolicyReconciler policies,
    WebhookTrust webhooks,
    EventRecorder events,
    KubernetesMetrics metrics,
    ILogger<OperatorLoop> logger) : BackgroundService
{
    private const int Workers = 8;                                         // a reconcile mostly waits for the API server

    // A tunnel that fails is tried again soon enough for a user who watches.
    private static readonly ExponentialBackoff Backoff = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60));

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
            OperatorLog.Running(logger, cluster.Tunnels.Count);
            Task[] work = [tunnelWork.RunAsync(stoppingToken), gatewayWork.RunAsync(stoppingToken), policyWork.RunAsync(stoppingToken)];
            await Task.WhenAny([informers, recorder, .. work]);
            if (stoppingToken.IsCancellationRequested)
                await Task.WhenAll(work);                                  // nothing reconciles any more when this one ends
            await await Task.WhenAny([informers, recorder, .. work]);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private Controller<NamespacedName> Make(string name, Reconcile<NamespacedName> reconcile) =>
        new(new WorkQueueOptions { Name = name, Backoff = Backoff, Metrics = metrics }, reconcile, Workers, logger);
}

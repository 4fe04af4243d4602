using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Hosting;

/// <summary>Runs the informers and the controller for as long as the process lives.</summary>
internal sealed class OperatorLoop(
    ClusterView cluster,
    SessionRegistry sessions,
    TunnelReconciler reconciler,
    EventRecorder events,
    KubernetesMetrics metrics,
    ILogger<OperatorLoop> logger) : BackgroundService
{
    private const int Workers = 8;                                         // a reconcile mostly waits for the API server

    // A tunnel that fails is tried again soon enough for a user who watches.
    private static readonly ExponentialBackoff Backoff = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var queue = new WorkQueueOptions { Name = "ipsectunnels", Backoff = Backoff, Metrics = metrics };
        using var controller = new Controller<NamespacedName>(queue, reconciler.ReconcileAsync, Workers, logger);
        cluster.FeedTo(controller.Queue);
        sessions.Subscribe(controller.Queue.Add);
        try
        {
            Task informers = cluster.RunAsync(stoppingToken);
            Task recorder = events.RunAsync(stoppingToken);
            // None of them ends by itself. One that does has met a defect: the process goes with it, rather than run on half blind.
            await await Task.WhenAny(cluster.WaitForSyncAsync(stoppingToken), informers, recorder);
            OperatorLog.Running(logger, cluster.Tunnels.Count);
            await await Task.WhenAny(informers, recorder, controller.RunAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }
}

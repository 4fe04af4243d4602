using System.Diagnostics.Metrics;

namespace K8sPqTunnel.Kubernetes.Telemetry;

/// <summary>The instruments of clients, work queues and elections, under client-go's names. One for the whole process.</summary>
public sealed class KubernetesMetrics : IDisposable
{
    /// <summary>The meter to subscribe to, in OpenTelemetry by <c>AddMeter</c>.</summary>
    public const string MeterName = "K8sPqTunnel.Kubernetes";

    private readonly Meter _meter = new(MeterName);

    public KubernetesMetrics()
    {
        RestClient = new RestClientMetrics(_meter);
        WorkQueues = new WorkQueueMetrics(_meter);
        LeaderElection = new LeaderElectionMetrics(_meter);
        EventsDropped = _meter.CreateCounter<long>("events_dropped_total", description: "Events that were not written, by cause.");
    }

    internal RestClientMetrics RestClient { get; }

    internal WorkQueueMetrics WorkQueues { get; }

    internal LeaderElectionMetrics LeaderElection { get; }

    internal Counter<long> EventsDropped { get; }

    public void Dispose() => _meter.Dispose();
}

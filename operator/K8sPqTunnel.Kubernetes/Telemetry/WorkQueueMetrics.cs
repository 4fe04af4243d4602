using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace K8sPqTunnel.Kubernetes.Telemetry;

/// <summary>What happens in the work queues, under client-go's names.</summary>
internal sealed class WorkQueueMetrics
{
    private readonly ConcurrentDictionary<string, Func<QueueReading>> _queues = [];
    private readonly Counter<long> _adds;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _waited;
    private readonly Histogram<double> _worked;

    public WorkQueueMetrics(Meter meter)
    {
        _adds = meter.CreateCounter<long>("workqueue_adds_total", description: "Items that came to the queue.");
        _retries = meter.CreateCounter<long>("workqueue_retries_total", description: "Items that came back after a failure.");
        _waited = meter.CreateHistogram<double>("workqueue_queue_duration_seconds", "s", "How long items waited.");
        _worked = meter.CreateHistogram<double>("workqueue_work_duration_seconds", "s", "How long items took.");
        meter.CreateObservableGauge("workqueue_depth", () => Read(q => (long)q.Depth), description: "Items that wait.");
        meter.CreateObservableGauge(
            "workqueue_unfinished_work_seconds",
            () => Read(q => q.Unfinished.TotalSeconds),
            "s",
            "Time spent on items that are not done, summed.");
        meter.CreateObservableGauge(
            "workqueue_longest_running_processor_seconds",
            () => Read(q => q.Longest.TotalSeconds),
            "s",
            "Time spent on the slowest item that is not done.");
    }

    public void Add(string queue) => _adds.Add(1, Name(queue));

    public void Retry(string queue) => _retries.Add(1, Name(queue));

    public void Waited(string queue, TimeSpan time) => _waited.Record(time.TotalSeconds, Name(queue));

    public void Worked(string queue, TimeSpan time) => _worked.Record(time.TotalSeconds, Name(queue));

    /// <summary>Makes the gauges read the queue, until <see cref="Unobserve"/>.</summary>
    public void Observe(string queue, Func<QueueReading> read) => _queues[queue] = read;

    public void Unobserve(string queue) => _queues.TryRemove(queue, out _);

    private static KeyValuePair<string, object?> Name(string queue) => new("name", queue);

    private IEnumerable<Measurement<TValue>> Read<TValue>(Func<QueueReading, TValue> value)
        where TValue : struct =>
        _queues.Select(q => new Measurement<TValue>(value(q.Value()), Name(q.Key)));
}

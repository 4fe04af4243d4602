using K8sPqTunnel.Kubernetes.Telemetry;

namespace K8sPqTunnel.Kubernetes.WorkQueues;

/// <summary>How a work queue counts failures and time.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>The <c>name</c> label of the metrics; unique in the process.</summary>
    public required string Name { get; init; }

    /// <summary>The waits of an item that fails again and again: 5 ms to 1,000 s, as in client-go.</summary>
    public ExponentialBackoff Backoff { get; init; } = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000));

    /// <summary>
    /// A controller looks at each key again this long to twice this long after a success, each at a time of its own, so that what no event told
    /// heals too; null never does.
    /// </summary>
    public TimeSpan? Resync { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Null measures nothing.</summary>
    public KubernetesMetrics? Metrics { get; init; }
}

using K8sPqTunnel.Kubernetes.Telemetry;

namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>Who reports events, and how often repeats are written.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>Domain-qualified name, <c>pqtunnel.io/operator</c>.</summary>
    public required string Controller { get; init; }

    /// <summary>The pod's name; at most 128 characters.</summary>
    public required string Instance { get; init; }

    /// <summary>The second occurrence is written at once; later ones are counted and written at most this often.</summary>
    public TimeSpan SeriesInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>An event that was quiet this long is over; the next one is a new one.</summary>
    public TimeSpan SeriesEndsAfter { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>Different events counted at the same time; further ones are dropped.</summary>
    public int MaxSeries { get; init; } = 4096;

    /// <summary>Of those, at most so many about one object.</summary>
    public int MaxSeriesPerObject { get; init; } = 32;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Null measures nothing.</summary>
    public KubernetesMetrics? Metrics { get; init; }
}

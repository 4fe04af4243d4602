using K8sPqTunnel.Kubernetes.WorkQueues;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>What an informer follows and how patiently.</summary>
public sealed record InformerOptions
{
    /// <summary>Null for all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <inheritdoc cref="Client.ListOptions.LabelSelector"/>
    public string? LabelSelector { get; init; }

    /// <inheritdoc cref="Client.ListOptions.FieldSelector"/>
    public string? FieldSelector { get; init; }

    /// <inheritdoc cref="Client.ListOptions.PageSize"/>
    public int PageSize { get; init; } = 500;

    /// <inheritdoc cref="Client.WatchOptions.Timeout"/>
    public TimeSpan? WatchTimeout { get; init; }

    /// <inheritdoc cref="Client.WatchOptions.Grace"/>
    public TimeSpan WatchGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The waits between attempts; each is stretched by up to its own length at random.</summary>
    public ExponentialBackoff Backoff { get; init; } = new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30));

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

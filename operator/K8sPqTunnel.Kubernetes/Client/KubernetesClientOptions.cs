using K8sPqTunnel.Kubernetes.Telemetry;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>Limits of the client. There is no client-side rate limit: the server's priority and fairness (429) does that.</summary>
public sealed record KubernetesClientOptions
{
    public string UserAgent { get; init; } = "k8s-pq-tunnel";

    /// <summary>For one attempt of a request with its whole answer; of a watch, until the answer begins.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is sent again when the server says 429 or 503 with Retry-After.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The longest Retry-After that is obeyed; a longer one ends the request with its <see cref="ApiException"/>.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Octets of one answer; a larger one is refused.</summary>
    public int MaxResponseBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Octets of one watch event; a larger one ends the watch. An object in etcd has at most 1.5 MiB.</summary>
    public int MaxWatchEventBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Null measures nothing.</summary>
    public KubernetesMetrics? Metrics { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

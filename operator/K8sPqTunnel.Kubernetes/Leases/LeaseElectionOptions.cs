using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.Telemetry;

namespace K8sPqTunnel.Kubernetes.Leases;

/// <summary>Which lease is held, by whom, and how patiently; the times are client-go's.</summary>
public sealed record LeaseElectionOptions
{
    public required NamespacedName Lease { get; init; }

    /// <summary>Who we are; no two processes that run at the same time may share it.</summary>
    public required string Identity { get; init; }

    /// <summary>A holder that has not renewed for so long has lost it to whoever comes first.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A holder that could not renew for so long stops leading by itself; the rest of <see cref="Duration"/> is for what it has under way.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two attempts to renew it or to get it; stretched by up to a fifth at random.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Told each holder that was not the last one seen, this process included; quick and not blocking.</summary>
    public Action<string>? NewHolder { get; init; }

    /// <summary>Null measures nothing.</summary>
    public KubernetesMetrics? Metrics { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

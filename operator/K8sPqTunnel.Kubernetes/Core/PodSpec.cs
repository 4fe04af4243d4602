using System.Text.Json;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>What a pod runs, where, and as whom.</summary>
public sealed record PodSpec
{
    public IReadOnlyList<Container>? InitContainers { get; init; }

    public required IReadOnlyList<Container> Containers { get; init; }

    public IReadOnlyList<Volume>? Volumes { get; init; }

    public string? ServiceAccountName { get; init; }

    public bool? AutomountServiceAccountToken { get; init; }

    public PodSecurityContext? SecurityContext { get; init; }

    public bool? HostNetwork { get; init; }

    /// <summary><c>ClusterFirstWithHostNet</c> keeps cluster names working with <see cref="HostNetwork"/>.</summary>
    public string? DnsPolicy { get; init; }

    public string? NodeName { get; init; }

    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    public IReadOnlyList<Toleration>? Tolerations { get; init; }

    /// <summary>Passed through as it was written.</summary>
    public JsonElement? Affinity { get; init; }

    /// <summary>Passed through as they were written.</summary>
    public IReadOnlyList<JsonElement>? TopologySpreadConstraints { get; init; }

    public string? PriorityClassName { get; init; }

    public string? RestartPolicy { get; init; }

    public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>The kubelet ends the pod after that time, and its phase is then <c>Failed</c>.</summary>
    public long? ActiveDeadlineSeconds { get; init; }

    public bool? ShareProcessNamespace { get; init; }

    public bool? EnableServiceLinks { get; init; }

    public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }
}

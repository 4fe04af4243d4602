using K8sPqTunnel.Kubernetes.Core;

namespace K8sPqTunnel.Operator.Observation;

/// <summary>What a container said of itself when it ended.</summary>
internal static class ContainerWords
{
    /// <summary>The end of its log (FallbackToLogsOnError); null where it has not ended or said nothing. It says more than the kubelet's reasons do.</summary>
    public static string? LastOf(ContainerStatus? container) =>
        (container?.State?.Terminated ?? container?.LastState?.Terminated)?.Message?.Trim() is { Length: > 0 } said
            ? Conditions.Bounded.Text(said)
            : null;
}

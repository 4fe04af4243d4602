using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Observation;

/// <summary>The pod of a gateway, as the cluster sees it.</summary>
/// <param name="Pods">Its pods, the ending ones too.</param>
internal sealed record GatewaySight(params IReadOnlyList<Pod> Pods)
{
    /// <summary>The newest pod that is not ending; null without one.</summary>
    public Pod? Pod { get; } = Pods.Where(pod => !pod.Metadata.IsBeingDeleted).MaxBy(pod => pod.Metadata.CreationTimestamp);

    /// <summary>A container of the pod has run, so it may have made something on its node.</summary>
    public static bool HasRun(Pod pod) =>
        (pod.Status?.ContainerStatuses ?? []).Any(c => c.RestartCount > 0 || c.State?.Running is not null || c.State?.Terminated is not null);

    /// <summary>Why no daemon runs, or null when one does.</summary>
    public (string Reason, string Message)? Trouble()
    {
        if (Pod is null)
            return ("GatewayStarting", "the gateway pod does not exist yet: see the events of the gateway's ReplicaSet if this stays");
        string name = Pod.Metadata.Name ?? "";
        if (Scheduled() is { Status: ConditionStatus.False } unscheduled)
            return ("GatewayUnschedulable", $"no node takes the gateway pod {name}: {unscheduled.Message}{PortAdvice(unscheduled)}");

        ContainerStatus? container = Pod.Status?.ContainerStatuses is [var first, ..] ? first : null;
        if (container?.State?.Running is null && ContainerWords.LastOf(container) is { } said)
            return ("GatewayNotRunning", $"the daemon in pod {name} ended: {said}");
        if (container?.State?.Waiting is { Reason: { } reason } waiting && reason is not ("ContainerCreating" or "PodInitializing"))
            return ("GatewayNotRunning", $"the gateway pod {name} does not start ({reason}): {waiting.Message ?? "see kubectl logs " + name}");
        return container?.State?.Running is null
            ? ("GatewayStarting", $"the gateway pod {name} starts on node {Pod.Spec?.NodeName ?? "(none yet)"}")
            : null;
    }

    // The scheduler's words name neither the port nor who has it, and a gateway's pod asks for no other.
    private static string PortAdvice(PodCondition unscheduled) =>
        unscheduled.Message?.Contains("free ports", StringComparison.Ordinal) == true
            ? " Another pod in the node's network has the port in metricsPort: choose another one, for example 9511, or another node"
            : "";

    private PodCondition? Scheduled() => Pod?.Status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled");
}

using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Operator.Observation;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>A node of the cluster that may hold what a daemon of a deleted tunnel made.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Ready">Its kubelet takes pods.</param>
/// <param name="HasGateway">A gateway pod is on it, or its end is not known yet.</param>
/// <param name="Pod">The pod that cleans it, or null.</param>
internal sealed record NodeCleanUp(string Node, bool Ready, bool HasGateway, Pod? Pod)
{
    // A kubelet that refuses a pod does so at once: no new one before.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);

    public static NodeCleanUp Of(Node node, IEnumerable<Pod> gateways, IEnumerable<Pod> cleanUps)
    {
        string name = node.Metadata.Name!;
        bool ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status == Kubernetes.Meta.ConditionStatus.True;
        return new NodeCleanUp(name, ready, gateways.Any(pod => IsOn(pod, name)), cleanUps.FirstOrDefault(pod => IsOn(pod, name)));
    }

    /// <summary>The pod has done its work.</summary>
    public static bool IsDone(Pod cleanUp) => cleanUp.Status?.Phase == "Succeeded";

    /// <summary>The next step, and one sentence for the user.</summary>
    public (NodeCleanUpStep Step, string Message) Next(DateTimeOffset now)
    {
        if (!Ready)
        {
            return (NodeCleanUpStep.Wait, $"node {Node} is not ready and may still block the tunnel's traffic: it is cleaned as soon as it is "
                + $"back; if it never comes back, delete it from the cluster (kubectl delete node {Node})");
        }

        if (HasGateway)
            return (NodeCleanUpStep.Wait, $"node {Node} is cleaned as soon as its gateway pod has ended");
        if (Pod is null)
            return (NodeCleanUpStep.CreatePod, $"a pod removes from node {Node} what the tunnel's daemon left there");

        string doing = $"pod {Pod.Metadata.Name} removes from node {Node} what the tunnel's daemon left there";
        if (Trouble() is not { } trouble)
            return (NodeCleanUpStep.Wait, doing);
        bool again = Pod.Status?.Phase == "Failed" && !Pod.Metadata.IsBeingDeleted && Pod.Metadata.CreationTimestamp + RetryInterval <= now;
        return (again ? NodeCleanUpStep.DeletePod : NodeCleanUpStep.Wait, $"{doing}, and does not succeed: {trouble}. It is tried again; if it "
            + $"never can, delete the node from the cluster, or remove the finalizer {Api.Resources.IpsecTunnel.Finalizer} by hand");
    }

    private static bool IsOn(Pod pod, string node) => pod.Spec?.NodeName == node;

    private string? Trouble()
    {
        ContainerStatus? container = Pod!.Status?.ContainerStatuses is [var only] ? only : null;
        if (ContainerWords.LastOf(container) is { } said)
            return said;
        if (Pod.Status?.Phase == "Failed")
            return Pod.Status.Message ?? Pod.Status.Reason ?? "it has failed";
        return container?.State?.Waiting is { Reason: { } reason } waiting && reason is not ("ContainerCreating" or "PodInitializing")
            ? $"{reason}: {waiting.Message ?? "see its events"}"
            : null;
    }
}

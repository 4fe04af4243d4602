using System.Text.Json;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Policies;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Resources;
using ConditionStatus = K8sPqTunnel.Api.Status.ConditionStatus;
using ConditionTypes = K8sPqTunnel.Operator.Conditions.ConditionTypes;

namespace K8sPqTunnel.Operator.Policies;

/// <summary>Counts the tunnels that a policy is for, and writes into its status which of them do less.</summary>
internal sealed class PolicyReconciler(KubernetesClient client, PolicyView policies, ClusterView cluster, TimeProvider clock)
{
    private const int MaxViolators = 20;

    // How old the counts may be: many tunnels change at once where one commit or one restart concerns them.
    private static readonly TimeSpan SummaryPause = TimeSpan.FromSeconds(5);

    private readonly ResourceClient<PolicyResource> _resources = client.Of(OperatorKinds.Policy);

    /// <summary>Queues each policy and each tunnel that a change concerns. Before the informers run.</summary>
    public void FeedTo(WorkQueue<NamespacedName> tunnels, WorkQueue<NamespacedName> summaries)
    {
        policies.Subscribe(
            policy =>
            {
                summaries.Add(policy);
                foreach (TunnelResource tunnel in cluster.Tunnels.List())
                    tunnels.Add(tunnel.Metadata.Key);
            },
            name =>
            {
                QueueAll(summaries);
                foreach (TunnelResource tunnel in cluster.Tunnels.List().Where(tunnel => tunnel.Metadata.Namespace == name))
                    tunnels.Add(tunnel.Metadata.Key);
            });
        cluster.SubscribeTunnels(() => QueueAll(summaries));
    }

    public async Task<ReconcileResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (!policies.Policies.TryGet(key, out PolicyResource? policy) || policy.Metadata.IsBeingDeleted)
            return ReconcileResult.Gone;

        PostQuantumPolicyStatus status = StatusOf(policy);
        if (policy.Status is { } before && Text(before) == Text(status))
            return ReconcileResult.Done;
        await _resources.ApplyStatusAsync(
            new PolicyResource { Metadata = new ObjectMeta { Name = key.Name, Uid = policy.Metadata.Uid }, Status = status },
            FieldManager.Name, cancellationToken: cancellationToken);
        return ReconcileResult.Done;
    }

    private PostQuantumPolicyStatus StatusOf(PolicyResource policy)
    {
        TunnelResource[] selected =
            [.. cluster.Tunnels.List().Where(tunnel => !tunnel.Metadata.IsBeingDeleted && policies.Selects(policy, tunnel.Metadata.Namespace!))];
        string[] violators = [.. selected.Where(tunnel => DoesLess(policy, tunnel)).Select(tunnel => tunnel.Metadata.Key.ToString()).Order(StringComparer.Ordinal)];
        long generation = policy.Metadata.Generation ?? 0;
        var builder = new ConditionListBuilder(policy.Status?.Conditions, generation, clock.GetUtcNow());
        builder.Add(ConditionTypes.Ready, violators.Length == 0
            ? new(ConditionStatus.True, "AllComply", $"all {selected.Length} tunnels of the selected namespaces comply")
            : new(ConditionStatus.False, "Violated", $"{violators.Length} of {selected.Length} tunnels do less: their own conditions say what to change, and until then they "
                + "do not begin, or go on as they were before the policy"));
        return new PostQuantumPolicyStatus
        {
            Conditions = builder.Conditions,
            ObservedGeneration = generation,
            Tunnels = selected.Length,
            Violating = violators.Length,
            Violators = violators.Length == 0 ? null : violators[..Math.Min(violators.Length, MaxViolators)],
        };
    }

    // A spec that the rules refuse runs nowhere, and has a condition of its own.
    private static bool DoesLess(PolicyResource policy, TunnelResource tunnel) =>
        TunnelValidator.Validate(tunnel.ToDocument()).Settings is { } settings
        && PolicyRules.Check(settings, policy.Metadata.Name!, policy.Spec ?? new PostQuantumPolicySpec()).Any();

    private void QueueAll(WorkQueue<NamespacedName> summaries)
    {
        foreach (PolicyResource policy in policies.Policies.List())
            summaries.AddAfter(policy.Metadata.Key, SummaryPause);
    }

    private static string Text(PostQuantumPolicyStatus status) => JsonSerializer.Serialize(status, ApiJsonContext.Default.PostQuantumPolicyStatus);
}

using System.Collections.Concurrent;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Applying;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Applies a gateway's objects.</summary>
internal sealed class GatewayApplier(KubernetesClient client, ClusterView cluster)
{
    private readonly ObjectApplier _objects = new(client, FieldManager.Name);

    private readonly ConcurrentDictionary<NamespacedName, string> _refusals = new();

    /// <summary>Why the API server, a quota or a webhook refuses a gateway, in its words; null where it was taken.</summary>
    public string? RefusalOf(NamespacedName gateway) => _refusals.GetValueOrDefault(gateway);

    /// <returns>The refusal, which is remembered; null when it was taken.</returns>
    public async Task<string?> TryApplyAsync(GatewayFiles files, ReplicaSet pods, CancellationToken cancellationToken)
    {
        NamespacedName gateway = pods.Metadata.Key;
        try
        {
            await ApplyAsync(files, cancellationToken);
            await _objects.ApplyAsync(Kinds.ReplicaSet, cluster.ReplicaSets, pods, cancellationToken);
            _refusals.TryRemove(gateway, out _);
            return null;
        }
        catch (ApiException e) when (e.Code is >= 400 and < 500 && !e.IsConflict)
        {
            return _refusals[gateway] = e.Message;
        }
    }

    public async Task ApplyAsync(GatewayFiles files, CancellationToken cancellationToken)
    {
        await _objects.ApplyAsync(Kinds.ServiceAccount, cluster.ServiceAccounts, files.ServiceAccount, cancellationToken);
        await _objects.ApplyAsync(Kinds.ConfigMap, cluster.ConfigMaps, files.ConfigMap, cancellationToken);
    }

    /// <summary>Forgets a gateway that is gone.</summary>
    public void Forget(NamespacedName key) => _refusals.TryRemove(key, out _);
}

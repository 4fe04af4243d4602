using System.Collections.Concurrent;
using System.Text.Json;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Applies a gateway's objects, and asks nothing of the API server where they are as they were applied.</summary>
internal sealed class GatewayApplier(KubernetesClient client, ClusterView cluster)
{
    private readonly ConcurrentDictionary<(Type Kind, NamespacedName Key), Applied> _applied = new();

    public async Task ApplyAsync(GatewayObjects objects, CancellationToken cancellationToken)
    {
        await ApplyAsync(objects.Files, cancellationToken);
        await ApplyAsync(Kinds.Deployment, cluster.Deployments, objects.Deployment, GenerationOf, cancellationToken);
    }

    public async Task ApplyAsync(GatewayFiles files, CancellationToken cancellationToken)
    {
        await ApplyAsync(Kinds.ServiceAccount, cluster.ServiceAccounts, files.ServiceAccount, VersionOf, cancellationToken);
        await ApplyAsync(Kinds.ConfigMap, cluster.ConfigMaps, files.ConfigMap, VersionOf, cancellationToken);
    }

    /// <summary>Forgets what was applied for a tunnel that is gone.</summary>
    public void Forget(NamespacedName tunnel)
    {
        var key = new NamespacedName(tunnel.Namespace, GatewayNames.Of(tunnel.Name));
        foreach ((Type, NamespacedName) entry in _applied.Keys.Where(entry => entry.Key == key))
            _applied.TryRemove(entry, out _);
    }

    private async Task ApplyAsync<T>(
        ResourceKind<T> kind, ObjectStore<T> store, T desired, Func<T, string> version, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        NamespacedName key = desired.Metadata.Key;
        string digest = Fingerprint.Of(JsonSerializer.SerializeToUtf8Bytes(desired, kind.Json));
        if (_applied.TryGetValue((typeof(T), key), out Applied? before) && before.Digest == digest
            && store.TryGet(key, out T? live) && version(live) == before.Version)
            return;

        T result = await client.Of(kind).ApplyAsync(desired, FieldManager.Name, cancellationToken: cancellationToken);
        _applied[(typeof(T), key)] = new Applied(digest, version(result));
    }

    private static string VersionOf(IKubernetesObject item) => $"{item.Metadata.Uid}/{item.Metadata.ResourceVersion}";

    // A Deployment's resource version moves with its status; its generation only when somebody changes what it should be.
    private static string GenerationOf(Deployment deployment) => $"{deployment.Metadata.Uid}/{deployment.Metadata.Generation}";

    private sealed record Applied(string Digest, string Version);
}

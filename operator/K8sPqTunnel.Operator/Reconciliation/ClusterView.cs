using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Applying;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>What the operator sees of the cluster: tunnels, the Secrets that they name, and its own objects.</summary>
internal sealed class ClusterView
{
    private static readonly InformerOptions Everything = new();

    // These two kinds of Secrets are many, may be large, and never hold what a tunnel needs.
    private static readonly InformerOptions UsableSecrets =
        new() { FieldSelector = "type!=kubernetes.io/service-account-token,type!=helm.sh/release.v1" };

    private static readonly InformerOptions OwnObjects = new() { LabelSelector = GatewayNames.Selector };

    private readonly Informer<TunnelResource> _tunnels;
    private readonly Informer<ObservedSecret> _secrets;
    private readonly Informer<AppliedObject> _configMaps;
    private readonly Informer<AppliedObject> _serviceAccounts;
    private readonly Informer<AppliedObject> _deployments;
    private readonly Informer<Pod> _pods;
    private readonly Informer<Node> _nodes;
    private readonly ObjectIndex<TunnelResource, NamespacedName> _tunnelsBySecret;
    private readonly ObjectIndex<Pod, NamespacedName> _podsByTunnel;

    /// <param name="client">The cluster.</param>
    /// <param name="digestKey">Keys the digests of Secret values.</param>
    /// <param name="logger">For the informers.</param>
    public ClusterView(KubernetesClient client, byte[] digestKey, ILogger logger)
    {
        _tunnels = new(client.Of(OperatorKinds.Tunnel), Everything, logger);
        _secrets = new(client.Of(OperatorKinds.Secrets(digestKey)), UsableSecrets, logger, Trims.Secret);
        _configMaps = new(client.Of(ObjectApplier.Observed(Kinds.ConfigMap)), OwnObjects, logger);
        _serviceAccounts = new(client.Of(ObjectApplier.Observed(Kinds.ServiceAccount)), OwnObjects, logger);
        _deployments = new(client.Of(ObjectApplier.Observed(Kinds.Deployment)), OwnObjects, logger);
        _pods = new(client.Of(Kinds.Pod), OwnObjects, logger, Trims.Pod);
        _nodes = new(client.Of(Kinds.Node), Everything, logger, Trims.Node);
        _tunnelsBySecret = _tunnels.Store.AddIndex(SecretsOf);
        _podsByTunnel = _pods.Store.AddIndex(pod => GatewayNames.TunnelOf(pod.Metadata) is { } tunnel ? [tunnel] : Array.Empty<NamespacedName>());
    }

    public ObjectStore<TunnelResource> Tunnels => _tunnels.Store;

    public ObjectStore<ObservedSecret> Secrets => _secrets.Store;

    public ObjectStore<AppliedObject> ConfigMaps => _configMaps.Store;

    public ObjectStore<AppliedObject> ServiceAccounts => _serviceAccounts.Store;

    public ObjectStore<AppliedObject> Deployments => _deployments.Store;

    public ObjectStore<Node> Nodes => _nodes.Store;

    /// <summary>Every kind was listed once.</summary>
    public bool HasSynced =>
        _tunnels.HasSynced && _secrets.HasSynced && _configMaps.HasSynced && _serviceAccounts.HasSynced && _deployments.HasSynced && _pods.HasSynced
        && _nodes.HasSynced;

    /// <summary>The gateway pods of a tunnel.</summary>
    public IReadOnlyList<Pod> PodsOf(NamespacedName tunnel) => [.. _podsByTunnel.Find(tunnel).Where(pod => !GatewayNames.IsCleanUp(pod.Metadata))];

    /// <summary>The pods that clean nodes after a tunnel's deletion.</summary>
    public IReadOnlyList<Pod> CleanUpsOf(NamespacedName tunnel) =>
        [.. _podsByTunnel.Find(tunnel).Where(pod => GatewayNames.IsCleanUp(pod.Metadata))];

    /// <summary>Queues each tunnel that a change concerns. Before <see cref="RunAsync"/>.</summary>
    public void FeedTo(WorkQueue<NamespacedName> queue)
    {
        _tunnels.FeedTo(queue, change => change.IsOfSpec);
        _configMaps.FeedOwnersTo(queue, IpsecTunnel.GroupVersion, IpsecTunnel.KindName);
        _serviceAccounts.FeedOwnersTo(queue, IpsecTunnel.GroupVersion, IpsecTunnel.KindName);
        _deployments.FeedOwnersTo(queue, IpsecTunnel.GroupVersion, IpsecTunnel.KindName);
        _pods.Subscribe(change =>
        {
            if (GatewayNames.TunnelOf(change.Object.Metadata) is { } tunnel)
                queue.Add(tunnel);
        });
        // Only a tunnel that is being deleted waits for a node.
        _nodes.Subscribe(change =>
        {
            foreach (TunnelResource tunnel in _tunnels.Store.List().Where(tunnel => tunnel.Metadata.IsBeingDeleted))
                queue.Add(tunnel.Metadata.Key);
        });
        _secrets.Subscribe(change =>
        {
            foreach (TunnelResource tunnel in _tunnelsBySecret.Find(change.Key))
                queue.Add(tunnel.Metadata.Key);
        });
    }

    /// <summary>Follows the cluster until the token is cancelled, or one of the informers meets a defect.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) => await await Task.WhenAny(
        _tunnels.RunAsync(cancellationToken),
        _secrets.RunAsync(cancellationToken),
        _configMaps.RunAsync(cancellationToken),
        _serviceAccounts.RunAsync(cancellationToken),
        _deployments.RunAsync(cancellationToken),
        _pods.RunAsync(cancellationToken),
        _nodes.RunAsync(cancellationToken));

    /// <summary>Waits until every kind was listed once.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _tunnels.WaitForSyncAsync(cancellationToken),
        _secrets.WaitForSyncAsync(cancellationToken),
        _configMaps.WaitForSyncAsync(cancellationToken),
        _serviceAccounts.WaitForSyncAsync(cancellationToken),
        _deployments.WaitForSyncAsync(cancellationToken),
        _pods.WaitForSyncAsync(cancellationToken),
        _nodes.WaitForSyncAsync(cancellationToken));

    private static NamespacedName[] SecretsOf(TunnelResource tunnel)
    {
        AuthenticationSpec? authentication = tunnel.Spec?.Authentication;
        string?[] names =
        [
            authentication?.Psk?.SecretRef?.Name,
            authentication?.Certificate?.SecretRef?.Name,
            authentication?.Certificate?.CaSecretRef?.Name,
            .. authentication?.Ppk?.Select(ppk => ppk.SecretRef?.Name) ?? [],
        ];
        return [.. names.Where(name => name is { Length: > 0 }).Distinct().Select(name => new NamespacedName(tunnel.Metadata.Namespace, name!))];
    }
}

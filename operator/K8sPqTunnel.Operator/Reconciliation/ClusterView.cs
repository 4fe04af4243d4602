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

/// <summary>What the operator sees of the cluster: tunnels, gateways, the Secrets that they name, and its own objects.</summary>
internal sealed class ClusterView
{
    // How old what an IpsecGateway's status says of its tunnels may be.
    private static readonly TimeSpan SummaryPause = TimeSpan.FromSeconds(5);

    private static readonly InformerOptions Everything = new();

    // These two kinds of Secrets are many, may be large, and never hold what a tunnel needs.
    private static readonly InformerOptions UsableSecrets =
        new() { FieldSelector = "type!=kubernetes.io/service-account-token,type!=helm.sh/release.v1" };

    private static readonly InformerOptions OwnObjects = new() { LabelSelector = GatewayNames.Selector };

    private readonly Informer<TunnelResource> _tunnels;
    private readonly Informer<GatewayResource> _gateways;
    private readonly Informer<ObservedSecret> _secrets;
    private readonly Informer<AppliedObject> _configMaps;
    private readonly Informer<AppliedObject> _serviceAccounts;
    private readonly Informer<AppliedObject> _replicaSets;
    private readonly Informer<Pod> _pods;
    private readonly Informer<Node> _nodes;
    private readonly ObjectIndex<TunnelResource, NamespacedName> _tunnelsBySecret;
    private readonly ObjectIndex<TunnelResource, NamespacedName> _tunnelsByGateway;
    private readonly ObjectIndex<TunnelResource, SelectorPair> _tunnelsBySelectors;
    private readonly ObjectIndex<GatewayResource, NamespacedName> _gatewaysByKey;
    private readonly ObjectIndex<Pod, NamespacedName> _podsByGateway;
    private readonly ObjectIndex<Pod, NamespacedName> _cleanUpsByTunnel;

    /// <param name="client">The cluster.</param>
    /// <param name="digestKey">Keys the digests of Secret values.</param>
    /// <param name="logger">For the informers.</param>
    public ClusterView(KubernetesClient client, byte[] digestKey, ILogger logger)
    {
        _tunnels = new(client.Of(OperatorKinds.Tunnel), Everything, logger);
        _gateways = new(client.Of(OperatorKinds.Gateway), Everything, logger);
        _secrets = new(client.Of(OperatorKinds.Secrets(digestKey)), UsableSecrets, logger, Trims.Secret);
        _configMaps = new(client.Of(ObjectApplier.Observed(Kinds.ConfigMap)), OwnObjects, logger);
        _serviceAccounts = new(client.Of(ObjectApplier.Observed(Kinds.ServiceAccount)), OwnObjects, logger);
        _replicaSets = new(client.Of(ObjectApplier.Observed(Kinds.ReplicaSet)), OwnObjects, logger);
        _pods = new(client.Of(Kinds.Pod), OwnObjects, logger, Trims.Pod);
        _nodes = new(client.Of(Kinds.Node), Everything, logger, Trims.Node);
        _tunnelsBySecret = _tunnels.Store.AddIndex(SecretsOf);
        _tunnelsByGateway = _tunnels.Store.AddIndex(tunnel => new[] { GatewayNames.KeyOf(tunnel) });
        _tunnelsBySelectors = _tunnels.Store.AddIndex(SelectorPair.Of);
        _gatewaysByKey = _gateways.Store.AddIndex(gateway => new[] { GatewayNames.KeyOf(gateway.Metadata.Key) });
        _podsByGateway = _pods.Store.AddIndex(pod => GatewayNames.GatewayOf(pod.Metadata) is { } gateway ? [gateway] : Array.Empty<NamespacedName>());
        _cleanUpsByTunnel = _pods.Store.AddIndex(pod => GatewayNames.TunnelOf(pod.Metadata) is { } tunnel ? [tunnel] : Array.Empty<NamespacedName>());
    }

    public ObjectStore<TunnelResource> Tunnels => _tunnels.Store;

    public ObjectStore<GatewayResource> Gateways => _gateways.Store;

    public ObjectStore<ObservedSecret> Secrets => _secrets.Store;

    public ObjectStore<AppliedObject> ConfigMaps => _configMaps.Store;

    public ObjectStore<AppliedObject> ServiceAccounts => _serviceAccounts.Store;

    public ObjectStore<AppliedObject> ReplicaSets => _replicaSets.Store;

    public ObjectStore<Node> Nodes => _nodes.Store;

    /// <summary>Every kind was listed once.</summary>
    public bool HasSynced =>
        _tunnels.HasSynced && _gateways.HasSynced && _secrets.HasSynced && _configMaps.HasSynced && _serviceAccounts.HasSynced && _replicaSets.HasSynced && _pods.HasSynced
        && _nodes.HasSynced;

    /// <summary>The pods of a gateway.</summary>
    public IReadOnlyList<Pod> PodsOf(NamespacedName gateway) => _podsByGateway.Find(gateway);

    /// <summary>The pods that clean nodes after a tunnel's deletion.</summary>
    public IReadOnlyList<Pod> CleanUpsOf(NamespacedName tunnel) => _cleanUpsByTunnel.Find(tunnel);

    /// <summary>The tunnels that a gateway carries or should carry.</summary>
    public IReadOnlyList<TunnelResource> TunnelsOf(NamespacedName gateway) => _tunnelsByGateway.Find(gateway);

    /// <summary>Other tunnels of the same gateway with a pair of networks that this one has too, and with marks that a packet can have besides.</summary>
    public IReadOnlyList<TunnelResource> RivalsOf(TunnelResource tunnel) =>
    [
        .. SelectorPair.Of(tunnel).SelectMany(_tunnelsBySelectors.Find)
            .Where(other => other.Metadata.Uid != tunnel.Metadata.Uid && SelectorPair.MarksMeet(tunnel, other)).DistinctBy(other => other.Metadata.Uid),
    ];

    /// <summary>What a gateway should be; null where nobody wants it.</summary>
    public GatewayShape? ShapeOf(NamespacedName gateway)
    {
        if (_gatewaysByKey.Find(gateway) is [var shared])
            return shared.Metadata.IsBeingDeleted ? null : GatewayShape.Of(shared);
        return GatewayNames.IsShared(gateway) || _tunnelsByGateway.Find(gateway) is not [var own, ..] ? null : GatewayShape.Of(own);
    }

    /// <summary>Tells that a tunnel came, went, or has another spec. Before <see cref="RunAsync"/>.</summary>
    public void SubscribeTunnels(Action changed) => _tunnels.Subscribe(change =>
    {
        if (change.IsOfSpec)
            changed();
    });

    /// <summary>Queues each tunnel and each gateway that a change concerns. Before <see cref="RunAsync"/>.</summary>
    public void FeedTo(WorkQueue<NamespacedName> tunnels, WorkQueue<NamespacedName> gateways)
    {
        _tunnels.Subscribe(change =>
        {
            if (change.IsOfSpec)
                Spread(change, tunnels);
            if (change.IsOfSpec || !Finalizers(change.Old).SequenceEqual(Finalizers(change.New)))
                gateways.Add(GatewayNames.KeyOf(change.Object));
            else if (GatewayNames.IsShared(GatewayNames.KeyOf(change.Object)))
                gateways.AddAfter(GatewayNames.KeyOf(change.Object), SummaryPause);
        });
        _gateways.Subscribe(change =>
        {
            NamespacedName key = GatewayNames.KeyOf(change.Key);
            if (!change.IsOfSpec)
                return;
            gateways.Add(key);
            foreach (TunnelResource tunnel in _tunnelsByGateway.Find(key))
                tunnels.Add(tunnel.Metadata.Key);
        });
        FeedKeysTo(_configMaps, gateways);
        FeedKeysTo(_serviceAccounts, gateways);
        FeedKeysTo(_replicaSets, gateways);
        _pods.Subscribe(change =>
        {
            if (GatewayNames.TunnelOf(change.Object.Metadata) is { } cleaned)
                tunnels.Add(cleaned);
            if (GatewayNames.GatewayOf(change.Object.Metadata) is not { } gateway)
                return;
            gateways.Add(gateway);
            foreach (TunnelResource tunnel in _tunnelsByGateway.Find(gateway))
                tunnels.Add(tunnel.Metadata.Key);
        });
        // Only a tunnel that is being deleted waits for a node.
        _nodes.Subscribe(change =>
        {
            foreach (TunnelResource tunnel in _tunnels.Store.List().Where(tunnel => tunnel.Metadata.IsBeingDeleted))
                tunnels.Add(tunnel.Metadata.Key);
        });
        _secrets.Subscribe(change =>
        {
            foreach (TunnelResource tunnel in _tunnelsBySecret.Find(change.Key))
            {
                tunnels.Add(tunnel.Metadata.Key);
                gateways.Add(GatewayNames.KeyOf(tunnel));
            }
        });
    }

    /// <summary>Follows the cluster until the token is cancelled, or one of the informers meets a defect.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) => await await Task.WhenAny(
        _tunnels.RunAsync(cancellationToken),
        _gateways.RunAsync(cancellationToken),
        _secrets.RunAsync(cancellationToken),
        _configMaps.RunAsync(cancellationToken),
        _serviceAccounts.RunAsync(cancellationToken),
        _replicaSets.RunAsync(cancellationToken),
        _pods.RunAsync(cancellationToken),
        _nodes.RunAsync(cancellationToken));

    /// <summary>Waits until every kind was listed once.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _tunnels.WaitForSyncAsync(cancellationToken),
        _gateways.WaitForSyncAsync(cancellationToken),
        _secrets.WaitForSyncAsync(cancellationToken),
        _configMaps.WaitForSyncAsync(cancellationToken),
        _serviceAccounts.WaitForSyncAsync(cancellationToken),
        _replicaSets.WaitForSyncAsync(cancellationToken),
        _pods.WaitForSyncAsync(cancellationToken),
        _nodes.WaitForSyncAsync(cancellationToken));

    // A tunnel, and those whose networks it had or has: they may be free now, or taken.
    private void Spread(ResourceChange<TunnelResource> change, WorkQueue<NamespacedName> tunnels)
    {
        tunnels.Add(change.Key);
        foreach (TunnelResource? state in (TunnelResource?[])[change.Old, change.New])
        {
            foreach (TunnelResource rival in state is null ? [] : RivalsOf(state))
                tunnels.Add(rival.Metadata.Key);
        }
    }

    private static IEnumerable<string> Finalizers(TunnelResource? tunnel) => tunnel?.Metadata.Finalizers ?? [];

    // Objects of a gateway bear its name, and nothing else is in these informers.
    private static void FeedKeysTo<T>(Informer<T> informer, WorkQueue<NamespacedName> gateways)
        where T : class, IKubernetesObject => informer.Subscribe(change => gateways.Add(change.Key));

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

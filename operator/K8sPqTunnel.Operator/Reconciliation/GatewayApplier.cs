using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Applying;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Applies a gateway's objects.</summary>
internal sealed class GatewayApplier(KubernetesClient client, ClusterView cluster)
{
    private readonly ObjectApplier _objects = new(client, FieldManager.Name);

    public async Task ApplyAsync(GatewayObjects objects, CancellationToken cancellationToken)
    {
        await ApplyAsync(objects.Files, cancellationToken);
        await _objects.ApplyAsync(Kinds.Deployment, cluster.Deployments, objects.Deployment, cancellationToken);
    }

    public async Task ApplyAsync(GatewayFiles files, CancellationToken cancellationToken)
    {
        await _objects.ApplyAsync(Kinds.ServiceAccount, cluster.ServiceAccounts, files.ServiceAccount, cancellationToken);
        await _objects.ApplyAsync(Kinds.ConfigMap, cluster.ConfigMaps, files.ConfigMap, cancellationToken);
    }
}

using System.Text.Json.Serialization.Metadata;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Leases;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes;

/// <summary>The built-in kinds that this client knows by type; others are declared the same way by whoever needs them.</summary>
public static class Kinds
{
    public static ResourceKind<ConfigMap> ConfigMap { get; } = OfNamespace("", "configmaps", KubernetesJson.Default.ConfigMap);

    public static ResourceKind<Deployment> Deployment { get; } = OfNamespace("apps", "deployments", KubernetesJson.Default.Deployment);

    public static ResourceKind<Event> Event { get; } = OfNamespace("events.k8s.io", "events", KubernetesJson.Default.Event);

    public static ResourceKind<Lease> Lease { get; } = OfNamespace("coordination.k8s.io", "leases", KubernetesJson.Default.Lease);

    public static ResourceKind<Namespace> Namespace { get; } = OfCluster("", "namespaces", KubernetesJson.Default.Namespace);

    public static ResourceKind<Node> Node { get; } = OfCluster("", "nodes", KubernetesJson.Default.Node);

    public static ResourceKind<Pod> Pod { get; } = OfNamespace("", "pods", KubernetesJson.Default.Pod);

    public static ResourceKind<ReplicaSet> ReplicaSet { get; } = OfNamespace("apps", "replicasets", KubernetesJson.Default.ReplicaSet);

    public static ResourceKind<Secret> Secret { get; } = OfNamespace("", "secrets", KubernetesJson.Default.Secret);

    public static ResourceKind<Service> Service { get; } = OfNamespace("", "services", KubernetesJson.Default.Service);

    public static ResourceKind<ServiceAccount> ServiceAccount { get; } =
        OfNamespace("", "serviceaccounts", KubernetesJson.Default.ServiceAccount);

    private static ResourceKind<T> OfNamespace<T>(string group, string plural, JsonTypeInfo<T> json)
        where T : class, IKubernetesObject => new(group, "v1", plural, Namespaced: true, json);

    private static ResourceKind<T> OfCluster<T>(string group, string plural, JsonTypeInfo<T> json)
        where T : class, IKubernetesObject => new(group, "v1", plural, Namespaced: false, json);
}

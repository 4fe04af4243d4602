using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Events;

namespace K8sPqTunnel.Kubernetes;

/// <summary>The built-in kinds that this client knows by type; others are declared the same way by whoever needs them.</summary>
public static class Kinds
{
    public static ResourceKind<ConfigMap> ConfigMap { get; } = new("", "v1", "configmaps", Namespaced: true, KubernetesJson.Default.ConfigMap);

    public static ResourceKind<Deployment> Deployment { get; } = new("apps", "v1", "deployments", Namespaced: true, KubernetesJson.Default.Deployment);

    public static ResourceKind<Event> Event { get; } = new("events.k8s.io", "v1", "events", Namespaced: true, KubernetesJson.Default.Event);

    public static ResourceKind<Namespace> Namespace { get; } = new("", "v1", "namespaces", Namespaced: false, KubernetesJson.Default.Namespace);

    public static ResourceKind<Node> Node { get; } = new("", "v1", "nodes", Namespaced: false, KubernetesJson.Default.Node);

    public static ResourceKind<Pod> Pod { get; } = new("", "v1", "pods", Namespaced: true, KubernetesJson.Default.Pod);

    public static ResourceKind<Secret> Secret { get; } = new("", "v1", "secrets", Namespaced: true, KubernetesJson.Default.Secret);

    public static ResourceKind<Service> Service { get; } = new("", "v1", "services", Namespaced: true, KubernetesJson.Default.Service);

    public static ResourceKind<ServiceAccount> ServiceAccount { get; } = new("", "v1", "serviceaccounts", Namespaced: true, KubernetesJson.Default.ServiceAccount);
}

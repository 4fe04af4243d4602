using K8sPqTunnel.Kubernetes.Client;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>Where the objects live that the benchmark makes and watches.</summary>
internal static class AnyKinds
{
    public static ResourceKind<AnyObject> Tunnel { get; } = Of("pqtunnel.io", "v1alpha1", "ipsectunnels");

    public static ResourceKind<AnyObject> Namespace { get; } = Of("", "v1", "namespaces", namespaced: false);

    public static ResourceKind<AnyObject> Secret { get; } = Of("", "v1", "secrets");

    public static ResourceKind<AnyObject> ConfigMap { get; } = Of("", "v1", "configmaps");

    public static ResourceKind<AnyObject> Pod { get; } = Of("", "v1", "pods");

    public static ResourceKind<AnyObject> ReplicaSet { get; } = Of("apps", "v1", "replicasets");

    public static ResourceKind<AnyObject> Lease { get; } = Of("coordination.k8s.io", "v1", "leases");

    private static ResourceKind<AnyObject> Of(string group, string version, string plural, bool namespaced = true) =>
        new(group, version, plural, namespaced, AnyJson.Default.AnyObject);
}

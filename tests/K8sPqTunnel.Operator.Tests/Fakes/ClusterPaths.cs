namespace K8sPqTunnel.Operator.Tests.Fakes;

/// <summary>Where the sample tunnel's objects are.</summary>
internal static class ClusterPaths
{
    public const string Tunnel = "apis/pqtunnel.io/v1alpha1/namespaces/network/ipsectunnels/berlin";
    public const string Secret = "api/v1/namespaces/network/secrets/berlin-psk";
    public const string ConfigMap = "api/v1/namespaces/network/configmaps/pqtunnel-berlin";
    public const string ReplicaSet = "apis/apps/v1/namespaces/network/replicasets/pqtunnel-berlin";
    public const string Lease = "apis/coordination.k8s.io/v1/namespaces/pqtunnel-system/leases/pqtunnel-operator";
    public const string Pod = "api/v1/namespaces/network/pods/pqtunnel-berlin-0";
    public const string Node = "api/v1/nodes/node1";
    public const string OtherNode = "api/v1/nodes/node2";

    public const string ReadyNodeJson = """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""";
    public const string LostNodeJson = """{"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}}""";

    public const string TunnelJson = """
        {"apiVersion":"pqtunnel.io/v1alpha1","kind":"IpsecTunnel","spec":{
          "peer":{"addresses":["198.51.100.7"]},
          "authentication":{"psk":{"secretRef":{"name":"berlin-psk"}}},
          "traffic":{"local":["10.244.0.0/16"],"remote":["10.20.0.0/16"]},
          "probe":{"target":"10.20.0.1"}}}
        """;

    /// <summary>"correct horse battery".</summary>
    public const string SecretJson = """{"data":{"psk":"Y29ycmVjdCBob3JzZSBiYXR0ZXJ5"}}""";

    public static string RunningPodJson { get; } = PodJson("node1", """{"running":{}}""");

    public static string CrashingPodJson { get; } = PodJson("node1", """{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}}""");

    /// <summary>The path of a pod.</summary>
    public static string PodAt(string name) => "api/v1/namespaces/network/pods/" + name;

    /// <summary>A gateway pod that has been started once before.</summary>
    public static string PodJson(string node, string state) => $$$"""
        {"metadata":{"labels":{"app.kubernetes.io/name":"pqtunnel-gateway","app.kubernetes.io/instance":"pqtunnel-berlin","app.kubernetes.io/managed-by":"pqtunnel-operator"},
                     "annotations":{"pqtunnel.io/pod-digest":"{{{CurrentPods.OfBerlin}}}"} },
         "spec":{"nodeName":"{{{node}}}","containers":[]},
         "status":{"containerStatuses":[{"name":"pqtunnel","restartCount":1,"state":{{{state}}}}]}}
        """;
}

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>The addresses of a lab cluster. Every cluster has its own network namespace, so that all of them may use the same ones.</summary>
public static class ClusterNetwork
{
    /// <summary>The nodes' network: the bridge is the nodes' default gateway and where the API server listens.</summary>
    public const string Bridge = "10.200.0.1";

    public const string BridgeWithPrefix = Bridge + "/24";

    public const string Services = "10.96.0.0/16";

    /// <summary>The ClusterIP of the Service <c>kubernetes</c>: the first one of <see cref="Services"/>.</summary>
    public const string ApiService = "10.96.0.1";

    public const string Dns = "10.96.0.10";

    public const string Pods = "10.244.0.0/16";

    public const int ApiPort = 6443;

    public const string ApiUrl = "https://10.200.0.1:6443";

    public static string NodeName(int node) => $"node{node}";

    public static string NodeAddress(int node) => $"10.200.0.{10 + node}";

    public static string PodNetwork(int node) => $"10.244.{node}.0/24";
}

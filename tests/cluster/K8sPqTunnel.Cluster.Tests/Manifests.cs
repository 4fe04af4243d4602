using System.Text.Json.Nodes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>The objects that the tests apply, as JSON.</summary>
internal static class Manifests
{
    public const string SecretName = "peer-psk";
    public const string SecretKey = "psk";
    public const string PolicyName = "strong";

    public static string Workload(string space, string node) => List(Namespace(space), new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = Named("workload", space),
        ["spec"] = new JsonObject
        {
            ["nodeName"] = node,
            ["terminationGracePeriodSeconds"] = 0,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "shell",
                ["image"] = "busybox:1.35",
                ["command"] = new JsonArray("sleep", "infinity"),
            }),
        },
    });

    /// <summary>A PostQuantumPolicy for one namespace that wants more than <see cref="TunnelSpec.HybridIke"/> gives.</summary>
    public static string StrongPolicy(string space) => new JsonObject
    {
        ["apiVersion"] = "pqtunnel.io/v1alpha1",
        ["kind"] = "PostQuantumPolicy",
        ["metadata"] = new JsonObject { ["name"] = PolicyName },
        ["spec"] = new JsonObject
        {
            ["keyExchange"] = "MlKem1024",
            ["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = space } },
        },
    }.ToJsonString();

    /// <param name="metricsPort">Null for none.</param>
    public static string Gateway(string space, string name, string node, int? metricsPort = null) => List(Namespace(space), new JsonObject
    {
        ["apiVersion"] = "pqtunnel.io/v1alpha1",
        ["kind"] = "IpsecGateway",
        ["metadata"] = Named(name, space),
        ["spec"] = metricsPort is { } port
            ? new JsonObject { ["nodeSelector"] = On(node), ["metricsPort"] = port }
            : new JsonObject { ["nodeSelector"] = On(node) },
    });

    public static string Secret(string space, string psk, string name = SecretName) => List(Namespace(space), new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = Named(name, space),
        ["stringData"] = new JsonObject { [SecretKey] = psk },
    });

    public static string Tunnel(string space, TunnelSpec tunnel, string name = TunnelSpec.Name) => List(Namespace(space), new JsonObject
    {
        ["apiVersion"] = "pqtunnel.io/v1alpha1",
        ["kind"] = "IpsecTunnel",
        ["metadata"] = Named(name, space),
        ["spec"] = tunnel.ToJson(),
    });

    public static string Namespace(string space) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = space },
    }.ToJsonString();

    private static JsonObject On(string node) => new() { ["kubernetes.io/hostname"] = node };

    private static JsonObject Named(string name, string space) => new() { ["name"] = name, ["namespace"] = space };

    private static string List(string first, JsonObject second) =>
        new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray(JsonNode.Parse(first), second) }.ToJsonString();
}

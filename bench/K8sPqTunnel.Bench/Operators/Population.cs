using System.Globalization;
using System.Text.Json.Nodes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>What users, controllers and kubelets would do: tunnels and Secrets, and a pod for each ReplicaSet.</summary>
internal sealed class Population(KubernetesClient client, OperatorPlan plan)
{
    private const int TunnelsPerNamespace = 100;
    private const int AtOnce = 16;
    private const string Running = """{"running":{"startedAt":"2026-01-01T00:00:00Z"}}""";
    private const string Crashing = """{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 10s restarting failed container"}}""";

    /// <summary>Makes namespaces, Secrets and tunnels.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> namespaces = Enumerable.Range(0, plan.Tunnels).Select(NamespaceOf).Distinct().Append("pqtunnel-system");
        foreach (string name in namespaces)
            await client.Of(AnyKinds.Namespace).CreateAsync(New("v1", "Namespace", new ObjectMeta { Name = name }), cancellationToken);
        await EachAsync(Enumerable.Range(0, plan.Tunnels), async (number, stop) =>
        {
            await client.Of(AnyKinds.Secret).CreateAsync(
                New("v1", "Secret", Metadata(number, "psk-")) with { StringData = new JsonObject { ["psk"] = $"correct horse battery {number}" } }, stop);
            await client.Of(AnyKinds.Tunnel).CreateAsync(
                New("pqtunnel.io/v1alpha1", "IpsecTunnel", Metadata(number, "")) with { Spec = TunnelSpec(number) }, stop);
        }, cancellationToken);
    }

    /// <summary>Makes a running pod for each ReplicaSet, from its template.</summary>
    public async Task RunPodsAsync(CancellationToken cancellationToken)
    {
        ResourceList<AnyObject> replicaSets = await client.Of(AnyKinds.ReplicaSet).ListAsync(null, cancellationToken: cancellationToken);
        await EachAsync(replicaSets.Items, async (replicaSet, stop) =>
        {
            JsonNode template = replicaSet.Spec!["template"]!;
            var metadata = new JsonObject { ["name"] = PodOf(replicaSet), ["namespace"] = replicaSet.Metadata.Namespace };
            JsonObject spec = template["spec"]!.DeepClone().AsObject();
            spec["nodeName"] = "node1";
            AnyObject pod = New("v1", "Pod", replicaSet.Metadata with
            {
                Name = PodOf(replicaSet),
                Uid = null,
                ResourceVersion = null,
                OwnerReferences = null,
                Labels = Texts(template["metadata"]!["labels"]),
                Annotations = Texts(template["metadata"]!["annotations"]),
            });
            await client.Of(AnyKinds.Pod).CreateAsync(pod with { Spec = spec }, stop);
            await PutStateAsync(replicaSet, Running, stop);
        }, cancellationToken);
    }

    /// <summary>Says of every gateway pod that its container crashes: a transition of every tunnel.</summary>
    public async Task CrashPodsAsync(CancellationToken cancellationToken)
    {
        ResourceList<AnyObject> replicaSets = await client.Of(AnyKinds.ReplicaSet).ListAsync(null, cancellationToken: cancellationToken);
        await EachAsync(replicaSets.Items, (replicaSet, stop) => PutStateAsync(replicaSet, Crashing, stop), cancellationToken);
    }

    public static NamespacedName TunnelAt(int number) => new(NamespaceOf(number), NameOf(number));

    private static async ValueTask EachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (item, stop) => await work(item, stop));

    private Task<AnyObject> PutStateAsync(AnyObject replicaSet, string state, CancellationToken cancellationToken)
    {
        var status = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "PodScheduled", ["status"] = "True" }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "pqtunnel", ["image"] = "daemon", ["imageID"] = "", ["ready"] = false, ["restartCount"] = 1, ["state"] = JsonNode.Parse(state),
            }),
        };
        return client.Of(AnyKinds.Pod).PatchAsync(
            new NamespacedName(replicaSet.Metadata.Namespace, PodOf(replicaSet)), Patch.Merge(new JsonObject { ["status"] = status }), "status",
            cancellationToken: cancellationToken);
    }

    private static JsonObject TunnelSpec(int number) => JsonNode.Parse($$$"""
        {
          "peer": {"addresses": ["198.51.{{{number / 250}}}.{{{1 + (number % 250)}}}"], "id": "branch-{{{number}}}.example.net"},
          "local": {"id": "edge.example.net"},
          "authentication": {"psk": {"secretRef": {"name": "psk-{{{NameOf(number)}}}" } } },
          "postQuantum": {"keyExchange": "Required"},
          "traffic": {"local": ["10.244.0.0/16"], "remote": ["10.{{{number / 250}}}.{{{number % 250}}}.0/24"]},
          "probe": {"target": "10.{{{number / 250}}}.{{{number % 250}}}.1"}
        }
        """)!.AsObject();

    private static AnyObject New(string apiVersion, string kind, ObjectMeta metadata) => new() { ApiVersion = apiVersion, Kind = kind, Metadata = metadata };

    private static ObjectMeta Metadata(int number, string prefix) => new() { Name = prefix + NameOf(number), Namespace = NamespaceOf(number) };

    private static string NameOf(int number) => number.ToString("'branch-'00000", CultureInfo.InvariantCulture);

    private static string NamespaceOf(int number) => (number / TunnelsPerNamespace).ToString("'net-'000", CultureInfo.InvariantCulture);

    private static string PodOf(AnyObject replicaSet) => replicaSet.Metadata.Name + "-0";

    private static Dictionary<string, string> Texts(JsonNode? node) => (node?.AsObject() ?? []).ToDictionary(text => text.Key, text => text.Value!.GetValue<string>());
}

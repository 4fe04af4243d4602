using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Tests.Fakes;

namespace K8sPqTunnel.Operator.Tests.Cluster;

/// <summary>The cluster of KUBECONFIG, with our definition applied and a namespace of the test's own.</summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private static readonly ResourceKind<ClusterObject> Definitions =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", Namespaced: false, ClusterJson.Default.ClusterObject);

    private readonly ClusterConnection _connection;

    private RealCluster(ClusterConnection connection)
    {
        _connection = connection;
        Client = new KubernetesClient(connection);
    }

    public KubernetesClient Client { get; }

    /// <summary>Of the tunnel and its pod.</summary>
    public string Namespace { get; } = "pqtunnel-test-" + Guid.NewGuid().ToString("n")[..8];

    /// <summary>Of the operator's identity.</summary>
    public string OperatorNamespace => Namespace;

    public static async Task<RealCluster> ConnectAsync()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
            Assert.Skip("no cluster: set KUBECONFIG to one that may be written to");
        var cluster = new RealCluster(ClusterConnection.Load());
        await cluster.PrepareAsync();
        return cluster;
    }

    /// <summary>A token of a service account for an audience, as the kubelet would project it.</summary>
    public async Task<string> TokenAsync(string serviceAccount, string audience)
    {
        // The token subresource is created by a POST to its own path: to the client, a kind of its own.
        var kind = new ResourceKind<TokenRequest>(
            "", "v1", $"serviceaccounts/{serviceAccount}/token", Namespaced: true, ClusterJson.Default.TokenRequest);
        TokenRequest answer = await Client.Of(kind).CreateAsync(new TokenRequest
        {
            Metadata = new ObjectMeta { Namespace = Namespace },
            Spec = new TokenRequestSpec { Audiences = [audience] },
        });
        return answer.Status!.Token;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.Of(Kinds.Namespace).DeleteAsync(new NamespacedName(null, Namespace));
        Client.Dispose();
        _connection.Dispose();
    }

    private async Task PrepareAsync()
    {
        foreach (CustomResourceDefinition kind in CustomResourceDefinition.All)
            await DefineAsync(kind.ToJson());
        await Client.Of(Kinds.Namespace).CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = Namespace } });
    }

    // Not by server-side apply, which refuses the CEL rules on API servers that do not know them (before 1.25).
    private async Task DefineAsync(JsonObject json)
    {
        ClusterObject definition = json.Deserialize(ClusterJson.Default.ClusterObject)!;
        if (await Client.Of(Definitions).FindAsync(definition.Metadata.Key) is null)
            await Client.Of(Definitions).CreateAsync(definition);
        else
            await Client.Of(Definitions).PatchAsync(definition.Metadata.Key, Patch.Merge(json));
        await Eventually.GetAsync(
            async () => IsEstablished(await Client.Of(Definitions).GetAsync(definition.Metadata.Key)), $"the definition {definition.Metadata.Name} is served");
    }

    // A definition that was just made has null for conditions.
    private static string? IsEstablished(ClusterObject definition) =>
        definition.Status is { } status && status.TryGetProperty("conditions", out JsonElement conditions) && conditions.ValueKind == JsonValueKind.Array
            && conditions.EnumerateArray().Any(c => c.GetProperty("type").GetString() == "Established" && c.GetProperty("status").GetString() == "True")
            ? ""
            : null;
}

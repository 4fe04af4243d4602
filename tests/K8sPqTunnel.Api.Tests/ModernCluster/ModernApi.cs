using System.Text.Json;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Api.Tests.ModernCluster;

/// <summary>The API server that KUBECONFIG names, with the files of <c>crds/</c>; without one, or where it drops CEL rules, the tests are skipped.</summary>
public sealed class ModernApi : IAsyncLifetime
{
    private const string Manager = "modern-tests";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<string> _namespaces = [];
    private ClusterConnection? _connection;
    private KubernetesClient? _client;
    private string? _lacks;

    /// <summary>The definitions of <c>crds/</c>, by file, as the API server gives them back.</summary>
    internal IReadOnlyDictionary<string, AnyObject> Definitions { get; private set; } = new Dictionary<string, AnyObject>();

    internal static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "crds"), "*.yaml").Order(StringComparer.Ordinal)];

    public async ValueTask InitializeAsync()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
        {
            _lacks = "no cluster: KUBECONFIG is not set";
            return;
        }

        _connection = ClusterConnection.Load();
        _client = new KubernetesClient(_connection);
        ResourceClient<AnyObject> definitions = Of("apiextensions.k8s.io", "v1", "customresourcedefinitions");
        Dictionary<string, AnyObject> served = [];
        foreach (string file in Files)
        {
            AnyObject definition = AnyObject.Read(await File.ReadAllTextAsync(file));
            await definitions.ApplyAsync(definition, Manager);
            served[Path.GetFileName(file)] = await EventuallyAsync($"{definition.Metadata.Name} is established", async () =>
                await definitions.GetAsync(definition.Metadata.Key) is var read && ConditionsOf(read).Contains("Established=True") ? read : null);
        }

        // Behind an aggregator a group comes a moment after its definition.
        await EventuallyAsync("policies are served", async () => await RefusalAsync(() => Policies.ListAsync(null)) is null ? "" : null);
        await EventuallyAsync("tunnels are served", async () => await RefusalAsync(() => Tunnels.ListAsync(null)) is null ? "" : null);
        Definitions = served;
        if (RulesIn(served[$"{CustomResourceDefinition.Tunnel.Name}.yaml"].Spec) == 0)
            _lacks = "the API server of KUBECONFIG drops CEL rules (Kubernetes before 1.25)";
    }

    internal bool IsThere => _lacks is null;

    /// <summary>Ends the calling test as skipped where there is no such API server.</summary>
    internal void Require() => Assert.SkipWhen(_lacks is not null, _lacks ?? "");

    internal ResourceClient<AnyObject> Tunnels => Of(IpsecTunnel.Group, IpsecTunnel.Version, IpsecTunnel.Plural, namespaced: true);

    internal ResourceClient<AnyObject> Policies => Of(IpsecTunnel.Group, IpsecTunnel.Version, PostQuantumPolicy.Plural);

    /// <summary>The verbs for the kind of an object of ours.</summary>
    internal ResourceClient<AnyObject> Of(AnyObject any) => CustomResourceDefinition.All.Single(definition => definition.Kind == any.Kind) is var definition
        ? Of(IpsecTunnel.Group, IpsecTunnel.Version, definition.Plural, definition.Scope == "Namespaced")
        : throw new ArgumentException(any.Kind, nameof(any));

    internal ResourceClient<AnyObject> Of(string group, string version, string plural, bool namespaced = false) =>
        _client!.Of(new ResourceKind<AnyObject>(group, version, plural, namespaced, AnyJson.Default.AnyObject));

    /// <summary>A namespace that goes with the tests.</summary>
    internal async Task<string> NamespaceAsync(IReadOnlyDictionary<string, string>? labels = null)
    {
        string name = $"modern-{Guid.NewGuid():n}"[..16];
        await _client!.Of(Kinds.Namespace).CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = name, Labels = labels } });
        _namespaces.Add(name);
        return name;
    }

    /// <summary>What the API server has against an object; null where it takes it.</summary>
    internal static async Task<ApiException?> RefusalAsync(Func<Task> write)
    {
        try
        {
            await write();
            return null;
        }
        catch (ApiException refused)
        {
            return refused;
        }
    }

    /// <summary>Asks until there is an answer.</summary>
    internal static async Task<T> EventuallyAsync<T>(string what, Func<Task<T?>> ask)
        where T : class
    {
        DateTimeOffset end = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            Assert.True(DateTimeOffset.UtcNow < end, $"not within {Patience.TotalSeconds} s: {what}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Type and status of each condition, for example <c>Established=True</c>.</summary>
    internal static IEnumerable<string> ConditionsOf(AnyObject any) =>
        any.Status is { ValueKind: JsonValueKind.Object } status && status.TryGetProperty("conditions", out JsonElement conditions) && conditions.ValueKind == JsonValueKind.Array
            ? conditions.EnumerateArray().Select(condition => $"{condition.GetProperty("type").GetString()}={condition.GetProperty("status").GetString()}")
            : [];

    /// <summary>How many CEL rules stand in it.</summary>
    internal static int RulesIn(JsonElement? json) => json?.ValueKind switch
    {
        JsonValueKind.Object => json.Value.EnumerateObject().Sum(property =>
            property.NameEquals("x-kubernetes-validations") ? property.Value.GetArrayLength() : RulesIn(property.Value)),
        JsonValueKind.Array => json.Value.EnumerateArray().Sum(item => RulesIn(item)),
        _ => 0,
    };

    public async ValueTask DisposeAsync()
    {
        foreach (string name in _namespaces)
            await _client!.Of(Kinds.Namespace).DeleteAsync(new NamespacedName(null, name));
        _client?.Dispose();
        _connection?.Dispose();
    }
}

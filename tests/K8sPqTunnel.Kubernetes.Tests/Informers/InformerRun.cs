using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.WorkQueues;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Kubernetes.Tests.Informers;

/// <summary>An informer of ConfigMaps that writes down what it tells: +name version, ~name version&gt;version, -name version, ? for an unknown end.</summary>
internal sealed class InformerRun : IAsyncDisposable
{
    private readonly KubernetesClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<string> _seen = [];
    private Task _running = Task.CompletedTask;

    public InformerRun(FakeApi api, bool start = true, TimeProvider? time = null, KubernetesClientOptions? client = null, Func<ConfigMap, ConfigMap>? trim = null)
    {
        _client = api.Client(client);
        var options = new InformerOptions
        {
            Namespace = "ns",
            TimeProvider = time ?? TimeProvider.System,
            Backoff = new ExponentialBackoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5)),
        };
        Informer = new Informer<ConfigMap>(_client.Of(Kinds.ConfigMap), options, NullLogger.Instance, trim);
        Informer.Subscribe(change =>
        {
            lock (_lock)
                _seen.Add(Describe(change));
        });
        if (start)
            Start();
    }

    public Informer<ConfigMap> Informer { get; }

    public void Start() => _running = Informer.RunAsync(_stop.Token);

    public IEnumerable<string> Names() => Informer.Store.List().Select(m => m.Metadata.Name!).Order();

    public async Task SeesAsync(params string[] changes)
    {
        await Eventually.True(() => Seen().Length >= changes.Length, $"{string.Join(' ', changes)}, but {string.Join(' ', Seen())}");
        Assert.Equal(changes, Seen());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _client.Dispose();
        _stop.Dispose();
    }

    private string[] Seen()
    {
        lock (_lock)
            return [.. _seen];
    }

    private static string Describe(ResourceChange<ConfigMap> change) => change.Type switch
    {
        ChangeType.Added => $"+{Name(change.New)}",
        ChangeType.Updated => $"~{Name(change.Old)}>{change.New!.Metadata.ResourceVersion}",
        _ => $"-{Name(change.Old)}{(change.FinalStateUnknown ? "?" : "")}",
    };

    private static string Name(ConfigMap? map) => map!.Metadata.Name + map.Metadata.ResourceVersion;
}

using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Operator.Certificates;
using K8sPqTunnel.Operator.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Operator.Tests.Fakes;

/// <summary>The whole operator in this process, on ports of its own, against an API server in memory.</summary>
internal sealed class OperatorUnderTest : IAsyncDisposable
{
    private readonly KubernetesMetrics _metrics = new();
    private readonly KubernetesClient _client;
    private readonly OperatorIdentity _identity;
    private readonly WebApplication _app;

    private OperatorUnderTest(KubernetesClient client, OperatorIdentity identity, OperatorOptions options)
    {
        _client = client;
        _identity = identity;
        Options = options;
        _app = OperatorHost.Build(options, client, identity, _metrics, TimeProvider.System);
    }

    public OperatorOptions Options { get; }

    public static async Task<OperatorUnderTest> StartAsync(MemoryCluster cluster)
    {
        var client = new KubernetesClient(new Uri("http://memory"), cluster);
        var options = OperatorOptions.FromEnvironment(new Dictionary<string, string>
        {
            ["DAEMON_IMAGE"] = "daemon:1",
            ["GRPC_PORT"] = $"{FreePort.Next()}",
            ["HTTP_PORT"] = $"{FreePort.Next()}",
            ["WEBHOOK_PORT"] = $"{FreePort.Next()}",
        }.GetValueOrDefault);
        var store = new IdentityStore(client, options.Namespace, TimeProvider.System, NullLogger<IdentityStore>.Instance);
        var running = new OperatorUnderTest(client, await store.LoadAsync(CancellationToken.None), options);
        await running._app.StartAsync();
        return running;
    }

    /// <summary>A channel as a daemon's: pinned to the operator's authority, for the name of its Service.</summary>
    public GrpcChannel Connect(string? authorityPem = null) => new(
        new Uri($"https://127.0.0.1:{Options.GrpcPort}"),
        new GrpcChannelOptions { AuthorityPem = authorityPem ?? _identity.TrustedPem, ServerName = Options.Url.Host });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _identity.Dispose();
        _client.Dispose();
        _metrics.Dispose();
    }
}

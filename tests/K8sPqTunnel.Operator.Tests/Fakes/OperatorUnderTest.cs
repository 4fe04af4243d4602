using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Operator.Certificates;
using K8sPqTunnel.Operator.Hosting;
using K8sPqTunnel.Operator.Leadership;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
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

    /// <summary>Cancelled when the operator ends, also by itself.</summary>
    public CancellationToken Ending => _app.Lifetime.ApplicationStopping;

    /// <param name="cluster">Where it works.</param>
    /// <param name="pod">Its name where there are several, which then send daemons to each other.</param>
    public static async Task<OperatorUnderTest> StartAsync(MemoryCluster cluster, string? pod = null)
    {
        var client = new KubernetesClient(new Uri("http://memory"), cluster);
        var options = OperatorOptions.FromEnvironment(new Dictionary<string, string>
        {
            ["DAEMON_IMAGE"] = "daemon:1",
            ["GRPC_PORT"] = $"{FreePort.Next()}",
            ["HTTP_PORT"] = $"{FreePort.Next()}",
            ["WEBHOOK_PORT"] = $"{FreePort.Next()}",
            ["POD_NAME"] = pod ?? "pqtunnel-operator-0",
            ["POD_IP"] = pod is null ? "" : "127.0.0.1",
        }.GetValueOrDefault);
        var store = new IdentityStore(client, options.Namespace, TimeProvider.System, NullLogger<IdentityStore>.Instance);
        var running = new OperatorUnderTest(client, await store.LoadAsync(CancellationToken.None), options);
        await running._app.StartAsync();
        // One of several may have to wait for another's end. A daemon calls again when nobody leads yet; these tests' daemons do not.
        if (pod is null)
        {
            ReplicaLeadership leadership = running._app.Services.GetRequiredService<ReplicaLeadership>();
            await Eventually.TrueAsync(() => leadership.Since is not null, "the operator leads");
        }

        return running;
    }

    /// <summary>A channel as a daemon's: pinned to the operator's authority, for the name of its Service.</summary>
    public GrpcChannel Connect(string? authorityPem = null) => new(
        new Uri($"https://127.0.0.1:{Options.GrpcPort}"),
        new GrpcChannelOptions { AuthorityPem = authorityPem ?? _identity.TrustedPem, ServerName = Options.Url.Host });

    /// <summary>What a Prometheus reads.</summary>
    public async Task<string> MetricsAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{Options.HttpPort}/metrics"));
    }

    /// <summary>As at a SIGTERM.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _app.StopAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        _identity.Dispose();
        _client.Dispose();
        _metrics.Dispose();
    }
}

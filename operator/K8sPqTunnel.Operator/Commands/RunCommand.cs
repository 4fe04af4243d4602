using System.Security.Cryptography;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Operator.Certificates;
using K8sPqTunnel.Operator.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Commands;

/// <summary>`run`: the operator itself.</summary>
internal static class RunCommand
{
    private const int Failure = 1;

    public static async Task<int> RunAsync()
    {
        try
        {
            OperatorOptions options = OperatorOptions.FromEnvironment(Environment.GetEnvironmentVariable);
            using ClusterConnection connection = ClusterConnection.Load();
            using var metrics = new KubernetesMetrics();
            using var client = new KubernetesClient(connection, new KubernetesClientOptions { UserAgent = "pqtunnel-operator", Metrics = metrics });
            using OperatorIdentity identity = await LoadIdentityAsync(client, options);
            await using WebApplication app = OperatorHost.Build(options, client, identity, metrics, TimeProvider.System);
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (e is OptionsException or ConfigurationException or KubernetesException or CryptographicException or IOException)
        {
            await Console.Error.WriteLineAsync($"pqtunnel-operator: {e.Message}");
            return Failure;
        }
    }

    private static async Task<OperatorIdentity> LoadIdentityAsync(KubernetesClient client, OperatorOptions options)
    {
        using ILoggerFactory loggers = LoggerFactory.Create(OperatorLogging.Configure);
        var store = new IdentityStore(client, options.Namespace, TimeProvider.System, loggers.CreateLogger<IdentityStore>());
        return await store.LoadAsync(CancellationToken.None);
    }
}

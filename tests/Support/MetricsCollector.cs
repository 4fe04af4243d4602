using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;

namespace K8sPqTunnel.Tests.Support;

/// <summary>Takes metrics by OTLP over HTTP, as a collector does, and keeps the first message.</summary>
internal sealed class MetricsCollector : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _server;

    private MetricsCollector()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapPost("/v1/metrics", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _first.TrySetResult(Encoding.Latin1.GetString(body.ToArray()));
        });
    }

    public static async Task<MetricsCollector> StartAsync(CancellationToken cancellationToken)
    {
        var collector = new MetricsCollector();
        await collector._server.StartAsync(cancellationToken);
        return collector;
    }

    /// <summary>Has an exporter send here.</summary>
    public void Receive(OtlpExporterOptions exporter)
    {
        string address = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        exporter.Endpoint = new Uri($"{address}/v1/metrics");
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
    }

    /// <summary>The first message, in which names and texts of protobuf stand as they are.</summary>
    public Task<string> FirstAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(Patience, cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

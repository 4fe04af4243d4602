using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Grpc.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Grpc.Tests.Calls;

/// <summary>A real Kestrel on a loopback port, with the methods that a test maps.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Everything that the server logged.</summary>
    public LogRecorder Log => (LogRecorder)_app.Services.GetRequiredService<ILoggerProvider>();

    /// <param name="map">Maps the methods.</param>
    /// <param name="certificate">TLS with this certificate; null: HTTP/2 in clear text.</param>
    public static async Task<TestServer> StartAsync(Action<IEndpointRouteBuilder> map, RenewingServerCertificate? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton<ILoggerProvider, LogRecorder>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.UseGrpcLimits();
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificate is not null)
                    listen.UseGrpcTls(certificate);
            });
        });
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TestServer(app, new Uri(address));
    }

    public GrpcChannel Connect() => new(Address, new GrpcChannelOptions());

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

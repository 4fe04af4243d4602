using System.Net;
using System.Threading.Channels;
using K8sPqTunnel.Grpc;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Grpc.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace K8sPqTunnel.Sidecar.Tests.OperatorLink;

/// <summary>A replica of the operator, on a port of its own: welcomes daemons, or sends them on. Its certificate is 127.0.0.1's.</summary>
internal sealed class FakeReplica : IAsyncDisposable
{
    private readonly Channel<Hello> _calls = Channel.CreateUnbounded<Hello>();
    private readonly RenewingServerCertificate _certificate;
    private readonly WebApplication _app;

    private FakeReplica(CertificateAuthority authority, string address)
    {
        _certificate = new RenewingServerCertificate(authority, ["127.0.0.1"], TimeSpan.FromHours(1), TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.UseGrpcLimits();
            kestrel.Listen(IPAddress.Parse(address), 0, listen => listen.UseGrpcTls(_certificate));
        });
        _app = builder.Build();
        _app.MapGrpcBidi(TunnelControl.Session, SessionAsync);
    }

    /// <summary>ADDRESS:PORT.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>Where daemons are sent; null: it welcomes them.</summary>
    public string? SendsTo { get; set; }

    public int Calls { get; private set; }

    public bool HasWelcomed { get; private set; }

    /// <summary>Of the last call.</summary>
    public string? Token { get; private set; }

    public static async Task<FakeReplica> StartAsync(CertificateAuthority authority, string address, string? sendsTo = null)
    {
        var replica = new FakeReplica(authority, address) { SendsTo = sendsTo };
        await replica._app.StartAsync();
        replica.Endpoint = new Uri(replica._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;
        return replica;
    }

    public Task<Hello> NextCallAsync() => _calls.Reader.ReadAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task<GrpcStatus> SessionAsync(
        GrpcRequestStream<DaemonMessage> requests, GrpcResponseStream<OperatorMessage> responses, GrpcServerContext context)
    {
        Hello hello = (await requests.ReadAsync(context.CancellationToken))!.Hello;
        (Token, Calls) = (context.BearerToken, Calls + 1);
        if (SendsTo is { } other)
        {
            await responses.WriteAsync(new OperatorMessage { Redirect = new Redirect { Endpoint = other } }, context.CancellationToken);
            _calls.Writer.TryWrite(hello);
            return GrpcStatus.Ok;
        }

        await responses.WriteAsync(new OperatorMessage { Welcome = new Welcome() }, context.CancellationToken);
        HasWelcomed = true;
        _calls.Writer.TryWrite(hello);
        while (await requests.ReadAsync(context.CancellationToken) is not null)
        {
        }

        return GrpcStatus.Ok;
    }
}

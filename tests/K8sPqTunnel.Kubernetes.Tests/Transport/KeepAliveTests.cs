using System.Net;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace K8sPqTunnel.Kubernetes.Tests.Transport;

/// <summary>A connection of which one end has gone without a word, as when a load balancer or a node in between is lost.</summary>
public sealed class KeepAliveTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_watch_over_a_connection_that_died_without_a_word_ends_by_its_pings()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using WebApplication server = await StartAsync();
        await using var between = new SilentRelay(new Uri(server.Urls.First()).Port);
        using var connection = new ClusterConnection("test", between.Address);
        using var client = new HttpMessageInvoker(ClusterHandler.Create(connection, pingAfter: Second, pingTimeout: Second));
        using HttpResponseMessage response = await client.SendAsync(Watch(between.Address), stop.Token);
        await using Stream watch = await response.Content.ReadAsStreamAsync(stop.Token);
        byte[] one = new byte[1];

        // While both ends are there, silence is no fault: the pings are answered.
        Assert.Equal(1, await watch.ReadAsync(one, stop.Token));
        ValueTask<int> next = watch.ReadAsync(one, stop.Token);
        await Task.Delay(4 * Second, stop.Token);
        Assert.False(next.IsCompleted);

        between.FallSilent();
        await Assert.ThrowsAnyAsync<IOException>(async () => await next);
        Assert.False(stop.IsCancellationRequested);
    }

    private static HttpRequestMessage Watch(Uri server) =>
        new(HttpMethod.Get, server) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication server = builder.Build();
        server.Run(async context =>
        {
            await context.Response.Body.WriteAsync(new byte[1], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await server.StartAsync();
        return server;
    }
}

using System.Net.Sockets;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.Health;
using K8sPqTunnel.Sidecar.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Control;

/// <summary>Answers `pqtunnel status`, `rekey`, `down` and `reload` on a Unix socket, and health and metrics on a TCP address where one is given; sends metrics where the environment says.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly MetricsExport? _export;
    private readonly string _path;

    private ControlServer(WebApplication application, MetricsExport? export, string path)
    {
        _application = application;
        _export = export;
        _path = path;
    }

    /// <param name="path">The Unix socket.</param>
    /// <param name="health">Where health and metrics are served besides; null for nowhere.</param>
    /// <exception cref="IOException">The socket or the address cannot be had.</exception>
    public static async Task<ControlServer> StartAsync(
        string path, System.Net.IPEndPoint? health, IControlledDaemon daemon, ILoggerProvider log, CancellationToken cancellation)
    {
        // Empty: the slim builder watches the working directory for an appsettings.json, with all below it, and that is "/" in a container.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // The host would log a start that fails with all its stack, and a tunnel's condition has room for the last words of the log only: those are ours.
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, path, health));
        // The daemon has one owner of its signals.
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, ManualLifetime>();

        WebApplication application = builder.Build();
        application.MapWhen(IsUnixSocket, control => MapControl(control, daemon));
        HealthRoutes.Map(application, daemon);
        try
        {
            ControlSocket.Prepare(path);
            await application.StartAsync(cancellation);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return new ControlServer(application, MetricsExport.FromEnvironment(daemon), path);
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException or IOException)
        {
            await application.DisposeAsync();
            string where = health is null ? path : $"{path} or {health}";
            throw new IOException($"{where} cannot be listened on ({e.Message}): choose another with --control or --health, or metricsPort where it is a gateway's", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _export?.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        if (File.Exists(_path))
            File.Delete(_path);
    }

    private static void Listen(KestrelServerOptions kestrel, string path, System.Net.IPEndPoint? health)
    {
        kestrel.AddServerHeader = false;
        kestrel.ListenUnixSocket(path);
        if (health is not null)
            kestrel.Listen(health);
    }

    private static bool IsUnixSocket(HttpContext context) => context.Connection.LocalIpAddress is null;

    private static void MapControl(IApplicationBuilder control, IControlledDaemon daemon) =>
        control.Run(context => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", ControlRoutes.Tunnels) => context.Response.WriteAsJsonAsync(
                [.. daemon.Tunnels.Select(tunnel => tunnel.Snapshot())], SnapshotJsonContext.Default.TunnelSnapshotArray),
            ("POST", ControlRoutes.Reload) => ReloadAsync(context, daemon),
            ("POST", { } path) when Find(daemon, path, out string wish) is { } tunnel => GrantAsync(context, tunnel, wish),
            _ => NotFoundAsync(context),
        });

    private static IControlledTunnel? Find(IControlledDaemon daemon, string path, out string wish)
    {
        wish = path[(path.LastIndexOf('/') + 1)..];
        string last = wish;
        return daemon.Tunnels.FirstOrDefault(tunnel => path == ControlRoutes.Of(tunnel.FullName, last));
    }

    private static Task GrantAsync(HttpContext context, IControlledTunnel tunnel, string wish) => wish switch
    {
        ControlRoutes.RekeyChild => RekeyAsync(context, tunnel, RekeyKind.Child),
        ControlRoutes.RekeyIke => RekeyAsync(context, tunnel, RekeyKind.Ike),
        ControlRoutes.Down => DoAsync(context, async () =>
        {
            // Not the request's cancellation: what was begun is finished even if the caller went away.
            await tunnel.TearDownAsync(CancellationToken.None);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }),
        _ => NotFoundAsync(context),
    };

    private static Task RekeyAsync(HttpContext context, IControlledTunnel tunnel, RekeyKind kind)
    {
        tunnel.Rekey(kind);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    private static Task ReloadAsync(HttpContext context, IControlledDaemon daemon) => DoAsync(context, async () =>
        await context.Response.WriteAsync(string.Join('\n', await daemon.ReloadAsync())));

    private static async Task DoAsync(HttpContext context, Func<Task> wish)
    {
        try
        {
            await wish();
        }
        catch (IOException e)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync(e.Message);
        }
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

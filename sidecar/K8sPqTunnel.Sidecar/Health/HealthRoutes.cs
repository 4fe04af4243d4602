using K8sPqTunnel.Sidecar.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace K8sPqTunnel.Sidecar.Health;

/// <summary>What a kubelet and a Prometheus ask.</summary>
internal static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder routes, IControlledDaemon daemon)
    {
        // A tunnel that waits for its peer is alive: only a process that no longer answers is restarted.
        routes.MapGet("/livez", context => context.Response.WriteAsync("ok"));
        routes.MapGet("/readyz", context => ReadyAsync(context, daemon));
        routes.MapGet("/metrics", context => MetricsAsync(context, daemon));
    }

    private static Task ReadyAsync(HttpContext context, IControlledDaemon daemon)
    {
        bool ready = daemon.Tunnels.All(tunnel => tunnel.Snapshot().Ready);
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(ready ? "ok" : "not ready");
    }

    private static Task MetricsAsync(HttpContext context, IControlledDaemon daemon)
    {
        context.Response.ContentType = MetricsText.ContentType;
        return context.Response.WriteAsync(MetricsText.Of([.. daemon.Tunnels.Select(tunnel => tunnel.Snapshot())], daemon.Drops));
    }
}

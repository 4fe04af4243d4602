using K8sPqTunnel.Operator.Policies;
using K8sPqTunnel.Operator.Reconciliation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace K8sPqTunnel.Operator.Hosting;

/// <summary>What a kubelet asks.</summary>
internal static class HealthRoutes
{
    public static void Map(WebApplication app, ClusterView cluster, PolicyView policies)
    {
        app.MapGet("/livez", context => context.Response.WriteAsync("ok"));
        app.MapGet("/readyz", context => ReadyAsync(context, cluster.HasSynced && policies.HasSynced));
    }

    // Daemons may call before the first list is in: they would be told that their tunnel does not exist.
    private static Task ReadyAsync(HttpContext context, bool hasSynced)
    {
        context.Response.StatusCode = hasSynced ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(hasSynced ? "ok" : "the cluster's objects are still being listed");
    }
}

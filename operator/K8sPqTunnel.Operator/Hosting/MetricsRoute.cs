using K8sPqTunnel.Operator.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace K8sPqTunnel.Operator.Hosting;

/// <summary>What a Prometheus asks.</summary>
internal static class MetricsRoute
{
    public static void Map(WebApplication app)
    {
        // Made now, so that they count from the start.
        PrometheusCollector collector = app.Services.GetRequiredService<PrometheusCollector>();
        app.Services.GetRequiredService<TunnelMetrics>();
        app.MapGet("/metrics", context =>
        {
            context.Response.ContentType = PrometheusText.ContentType;
            return context.Response.WriteAsync(collector.Text());
        });
    }
}

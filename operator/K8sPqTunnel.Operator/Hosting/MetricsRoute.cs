using System.Text;
using K8sPqTunnel.Operator.Metrics;
using Microsoft.AspNetCore.Builder;
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
        app.MapGet("/metrics", async context =>
        {
            context.Response.ContentType = PrometheusText.ContentType;
            // In pieces: as one string it would be megabytes with thousands of tunnels.
            Encoder utf8 = Encoding.UTF8.GetEncoder();
            foreach (ReadOnlyMemory<char> piece in collector.Text().GetChunks())
            {
                utf8.Convert(piece.Span, context.Response.BodyWriter, flush: false, out _, out _);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        });
    }
}

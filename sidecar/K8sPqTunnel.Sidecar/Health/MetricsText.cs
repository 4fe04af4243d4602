using System.Globalization;
using System.Text;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Health;

/// <summary>The tunnels' metrics in Prometheus' text format.</summary>
internal static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <param name="shared">Drops that belonged to none of several tunnels.</param>
    public static string Of(IReadOnlyList<TunnelSnapshot> tunnels, IReadOnlyDictionary<string, long> shared)
    {
        var text = new StringBuilder();
        foreach (TunnelMetric metric in TunnelMetrics.All)
        {
            Write(text, metric.Name, metric.Help, metric.Kind, [.. tunnels.SelectMany(tunnel => metric.Read(tunnel).Select(sample =>
                sample with { Labels = [("namespace", tunnel.Namespace), ("tunnel", tunnel.Name), .. sample.Labels] }))]);
        }

        Write(text, TunnelMetrics.DaemonDrops, TunnelMetrics.DaemonDropsHelp, MetricKind.Counter,
            [.. shared.Select(drop => new MetricSample(drop.Value, ("reason", drop.Key)))]);
        return text.ToString();
    }

    // A gauge without a value is left out; counters by reason are announced before they count.
    private static void Write(StringBuilder text, string name, string help, MetricKind kind, IReadOnlyList<MetricSample> samples)
    {
        if (samples.Count == 0 && kind == MetricKind.Gauge)
            return;
        text.Append($"# HELP {name} {help}\n# TYPE {name} {KeywordOf(kind)}\n");
        foreach (MetricSample sample in samples)
        {
            string labels = string.Join(',', sample.Labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\""));
            text.Append(CultureInfo.InvariantCulture, $"{name}{sample.Suffix}{{{labels}}} {sample.Value}\n");
        }
    }

    private static string KeywordOf(MetricKind kind) => kind switch
    {
        MetricKind.Gauge => "gauge",
        MetricKind.Counter => "counter",
        _ => "histogram",
    };

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}

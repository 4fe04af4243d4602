using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace K8sPqTunnel.Operator.Metrics;

/// <summary>Writes series in Prometheus' text exposition format 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static StringBuilder Of(IEnumerable<Reading> series)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, Reading> family in series.GroupBy(s => s.Key.Instrument.Name).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            Instrument instrument = family.First().Key.Instrument;
            string type = TypeOf(instrument);
            text.Append("# HELP ").Append(family.Key).Append(' ').Append(instrument.Description).Append('\n');
            text.Append("# TYPE ").Append(family.Key).Append(' ').Append(type).Append('\n');
            foreach ((SeriesKey key, double sum, long count) in family.OrderBy(s => s.Key.Labels, StringComparer.Ordinal))
            {
                if (type == "summary")
                {
                    Line(text, family.Key + "_sum", key.Labels, sum);
                    Line(text, family.Key + "_count", key.Labels, count);
                }
                else
                {
                    Line(text, family.Key, key.Labels, sum);
                }
            }
        }

        return text;
    }

    /// <summary>Labels between braces, or nothing without any.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder("{");
        foreach ((string name, object? value) in tags)
            text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"").Append(Escape($"{value}")).Append('"');
        return text.Append('}').ToString();
    }

    private static string TypeOf(Instrument instrument)
    {
        Type type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
            return "counter";
        return type == typeof(Histogram<>) ? "summary" : "gauge";
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

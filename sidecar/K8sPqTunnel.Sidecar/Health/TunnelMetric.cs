using System.Globalization;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Health;

/// <summary>Something that is measured of each tunnel.</summary>
/// <param name="Name">As Prometheus' conventions have it: with the unit, and _total for a counter.</param>
/// <param name="Read">A tunnel's values; none where it has none.</param>
internal sealed record TunnelMetric(string Name, string Help, MetricKind Kind, Func<TunnelSnapshot, IEnumerable<MetricSample>> Read)
{
    /// <summary>A gauge with one value at most.</summary>
    public static TunnelMetric One(string name, string help, Func<TunnelSnapshot, double?> read) =>
        new(name, help, MetricKind.Gauge, tunnel => read(tunnel) is { } value ? [new MetricSample(value)] : []);

    /// <summary>A counter with one value.</summary>
    public static TunnelMetric Count(string name, string help, Func<TunnelSnapshot, long> read) =>
        new(name, help, MetricKind.Counter, tunnel => [new MetricSample(read(tunnel))]);

    /// <summary>1 for what the labels say, while there is something to say.</summary>
    public static TunnelMetric Info(string name, string help, Func<TunnelSnapshot, (string Name, string Value)[]?> read) =>
        new(name, help, MetricKind.Gauge, tunnel => read(tunnel) is { } labels ? [new MetricSample(1, labels)] : []);

    /// <summary>How long something took.</summary>
    public static TunnelMetric Durations(string name, string help, Func<TunnelSnapshot, DurationHistogram> read) =>
        new(name, help, MetricKind.Histogram, tunnel => SamplesOf(read(tunnel)));

    private static IEnumerable<MetricSample> SamplesOf(DurationHistogram histogram)
    {
        long below = 0;
        for (int i = 0; i < histogram.Counts.Count; i++)
        {
            below += histogram.Counts[i];
            string bound = i < DurationHistogram.Bounds.Count ? DurationHistogram.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            yield return new MetricSample(below, [("le", bound)], "_bucket");
        }

        yield return new MetricSample(histogram.Sum, [], "_sum");
        yield return new MetricSample(below, [], "_count");
    }
}

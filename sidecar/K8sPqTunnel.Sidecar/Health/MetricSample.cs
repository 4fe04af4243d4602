namespace K8sPqTunnel.Sidecar.Health;

/// <summary>A value of a metric, beside those with other labels.</summary>
/// <param name="Labels">Beside the tunnel's own.</param>
/// <param name="Suffix">After the metric's name: _bucket, _sum or _count of a histogram.</param>
internal readonly record struct MetricSample(double Value, IReadOnlyList<(string Name, string Value)> Labels, string Suffix)
{
    public MetricSample(double value, params ReadOnlySpan<(string Name, string Value)> labels)
        : this(value, labels.ToArray(), "")
    {
    }
}

namespace K8sPqTunnel.Sidecar.Health;

/// <summary>The kinds of Prometheus' text format that the daemon has.</summary>
internal enum MetricKind
{
    Gauge,
    Counter,
    Histogram,
}

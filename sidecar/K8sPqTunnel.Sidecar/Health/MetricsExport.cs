using System.Diagnostics.Metrics;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.State;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace K8sPqTunnel.Sidecar.Health;

/// <summary>Sends the metrics of <c>/metrics</c>, under the same names, to a collector by OTLP. What is unsent goes at the end.</summary>
internal sealed class MetricsExport : IDisposable
{
    private const string MeterName = "K8sPqTunnel.Daemon";

    // Of both, the second is for metrics alone (OpenTelemetry's specification, "OpenTelemetry Protocol Exporter").
    private static readonly string[] EndpointVariables = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    private readonly Lock _lock = new();
    private readonly HashSet<string> _served = new(StringComparer.Ordinal);
    private readonly IControlledDaemon _daemon;
    private readonly Meter _meter;
    private readonly MeterProvider _provider;
    private IReadOnlyList<TunnelSnapshot> _tunnels = [];

    /// <param name="daemon">Whose metrics.</param>
    /// <param name="configure">Beside what the OTEL_ variables say.</param>
    internal MetricsExport(IControlledDaemon daemon, Action<OtlpExporterOptions>? configure = null)
    {
        _daemon = daemon;
        _meter = new Meter(MeterName, typeof(MetricsExport).Assembly.GetName().Version?.ToString(fieldCount: 3));
        foreach (TunnelMetric metric in TunnelMetrics.All)
            Register(metric);
        _meter.CreateObservableCounter(TunnelMetrics.DaemonDrops,
            () => daemon.Drops.Select(drop => new Measurement<double>(drop.Value, new KeyValuePair<string, object?>("reason", drop.Key))),
            description: TunnelMetrics.DaemonDropsHelp);
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("pqtunnel").AddEnvironmentVariableDetector())
            .AddMeter(MeterName)
            .AddOtlpExporter(configure ?? (_ => { }))
            .Build();
    }

    /// <summary>Begins where the environment names a collector; null elsewhere.</summary>
    public static MetricsExport? FromEnvironment(IControlledDaemon daemon) =>
        EndpointVariables.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }) ? new MetricsExport(daemon) : null;

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    private void Register(TunnelMetric metric)
    {
        switch (metric.Kind)
        {
            case MetricKind.Gauge:
                _meter.CreateObservableGauge(metric.Name, () => Measure(metric, ""), description: metric.Help);
                break;
            case MetricKind.Counter:
                _meter.CreateObservableCounter(metric.Name, () => Measure(metric, ""), description: metric.Help);
                break;
            default:
                // .NET has no histogram that is only looked at: its parts go as Prometheus names them.
                foreach (string part in (string[])["_bucket", "_sum", "_count"])
                    _meter.CreateObservableCounter(metric.Name + part, () => Measure(metric, part), description: metric.Help);
                break;
        }
    }

    private IEnumerable<Measurement<double>> Measure(TunnelMetric metric, string suffix) =>
        from tunnel in TunnelsFor(metric.Name + suffix)
        from sample in metric.Read(tunnel)
        where sample.Suffix == suffix
        select new Measurement<double>(sample.Value,
            [new("namespace", tunnel.Namespace), new("tunnel", tunnel.Name), .. sample.Labels.Select(label => new KeyValuePair<string, object?>(label.Name, label.Value))]);

    /// <summary>One look at the tunnels, which asks the kernel, for all instruments of a collection: one that comes again begins the next.</summary>
    private IReadOnlyList<TunnelSnapshot> TunnelsFor(string instrument)
    {
        lock (_lock)
        {
            if (_served.Count == 0 || _served.Contains(instrument))
            {
                _served.Clear();
                _tunnels = [.. _daemon.Tunnels.Select(tunnel => tunnel.Snapshot())];
            }

            _served.Add(instrument);
            return _tunnels;
        }
    }
}

using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace K8sPqTunnel.Operator.Metrics;

/// <summary>Sends what <c>/metrics</c> shows to a collector by OTLP, as the OTEL_ variables of OpenTelemetry's specification say. What is unsent goes at the end.</summary>
/// <param name="configure">Beside what the OTEL_ variables say.</param>
internal sealed class MetricsExport(Action<OtlpExporterOptions>? configure = null) : IDisposable
{
    // A tunnel is a series; OpenTelemetry's own limit is 2,000.
    private const int MaxSeries = 100_000;

    private readonly MeterProvider _provider = Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.AddService("pqtunnel-operator").AddEnvironmentVariableDetector())
        .AddMeter("K8sPqTunnel.*")
        .AddView("*", new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
        .AddOtlpExporter(configure ?? (_ => { }))
        .Build();

    public void Dispose() => _provider.Dispose();
}

using System.Diagnostics.Metrics;
using K8sPqTunnel.Operator.Metrics;

namespace K8sPqTunnel.Operator.Tests.Metrics;

public sealed class PrometheusCollectorTests
{
    [Fact]
    public void Counters_histograms_and_gauges_are_written_as_prometheus_reads_them()
    {
        using var meter = new Meter("K8sPqTunnel.Test." + Guid.NewGuid());
        using var collector = new PrometheusCollector();
        Counter<long> counter = meter.CreateCounter<long>("test_things_total", description: "Things.");
        Histogram<double> histogram = meter.CreateHistogram<double>("test_seconds", description: "Time.");
        int depth = 3;
        meter.CreateObservableGauge("test_depth", () => depth, description: "Depth.");

        counter.Add(1, new KeyValuePair<string, object?>("code", "a\"b"));
        counter.Add(2, new KeyValuePair<string, object?>("code", "a\"b"));
        histogram.Record(0.5);
        histogram.Record(1.5);
        collector.Text();
        depth = 4;
        string text = collector.Text().ToString();

        Assert.Contains("# HELP test_things_total Things.\n# TYPE test_things_total counter\ntest_things_total{code=\"a\\\"b\"} 3\n", text);
        Assert.Contains("# TYPE test_seconds summary\ntest_seconds_sum 2\ntest_seconds_count 2\n", text);
        Assert.Contains("# TYPE test_depth gauge\ntest_depth 4\n", text);
    }

    [Fact]
    public void Other_libraries_meters_are_left_out()
    {
        using var meter = new Meter("Somebody.Else");
        using var collector = new PrometheusCollector();
        meter.CreateCounter<long>("others_total").Add(1);
        Assert.DoesNotContain("others_total", collector.Text().ToString());
    }
}

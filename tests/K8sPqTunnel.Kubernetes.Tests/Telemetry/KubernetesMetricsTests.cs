using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.Telemetry;

public sealed class KubernetesMetricsTests
{
    private readonly ConcurrentDictionary<string, double> _values = [];

    [Fact]
    public void A_work_queue_is_measured_under_client_gos_names()
    {
        var time = new ManualTime();
        using var metrics = new KubernetesMetrics();
        using var listener = Listen();
        using var queue = new WorkQueue<string>(new WorkQueueOptions { Name = "tunnels", TimeProvider = time, Metrics = metrics });

        queue.Add("a");
        queue.Add("b");
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(queue.TryTake(out string? key));
        time.Advance(TimeSpan.FromSeconds(2));
        listener.RecordObservableInstruments();
        queue.Done(key);
        queue.AddRateLimited(key);

        Assert.Equal(2, _values["workqueue_adds_total name=tunnels"]);
        Assert.Equal(1, _values["workqueue_depth name=tunnels"]);
        Assert.Equal(3, _values["workqueue_queue_duration_seconds name=tunnels"]);
        Assert.Equal(2, _values["workqueue_unfinished_work_seconds name=tunnels"]);
        Assert.Equal(2, _values["workqueue_longest_running_processor_seconds name=tunnels"]);
        Assert.Equal(2, _values["workqueue_work_duration_seconds name=tunnels"]);
        Assert.Equal(1, _values["workqueue_retries_total name=tunnels"]);
    }

    [Fact]
    public async Task Requests_are_counted_by_code_and_method_and_so_are_retries()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenStatus(429, "TooManyRequests", "no", ("Retry-After", "0")).ThenJson("""{"major":"1","minor":"20","gitVersion":"v1.20.2"}""");
        using var metrics = new KubernetesMetrics();
        using var listener = Listen();
        using var client = api.Client(new KubernetesClientOptions { Metrics = metrics });

        await client.VersionAsync();

        string host = api.Address.Authority;
        Assert.Equal(1, _values[$"rest_client_requests_total code=200 method=GET host={host}"]);
        Assert.Equal(1, _values[$"rest_client_requests_total code=429 method=GET host={host}"]);
        Assert.Equal(1, _values[$"rest_client_request_retries_total code=429 host={host}"]);
        Assert.Contains($"rest_client_request_duration_seconds verb=get host={host}", _values.Keys);
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == KubernetesMetrics.MeterName)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _values.AddOrUpdate(
            $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}", value, (_, sum) => sum + value);
}

using System.Text.Json;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Meta;
using Microsoft.Extensions.Logging.Abstractions;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.Events;

public sealed class EventRecorderTests
{
    private static readonly ConfigMap Edge = new() { Metadata = new ObjectMeta { Name = "edge", Namespace = "ns", Uid = "u" } };

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Repeats_are_counted_and_written_at_most_once_per_interval()
    {
        await using var api = await FakeApi.StartAsync();
        for (int i = 0; i < 3; i++)
            api.ThenJson("""{"metadata":{"name":"e"}}""");
        await using var run = new RecorderRun(api, _time);

        run.Happens();
        await Eventually.True(() => api.Requests.Count == 1, "created");
        run.Happens();
        await Eventually.True(() => api.Requests.Count == 2, "the second is written at once");
        await Eventually.True(() => _time.Waiting > 0, "and then waits");
        for (int i = 0; i < 50; i++)
            run.Happens();
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, api.Requests.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.True(() => api.Requests.Count == 3, "the rest in one write");

        var requests = api.Requests.ToArray();
        var created = JsonSerializer.Deserialize(requests[0].Body, Kinds.Event.Json)!;
        Assert.Equal(("Warning", "PeerUnreachable", "Negotiate"), (created.Type, created.Reason, created.Action));
        Assert.Equal(("us", "us-0"), (created.ReportingController, created.ReportingInstance));
        Assert.Equal("edge", created.Regarding?.Name);
        Assert.Contains("\"count\":2", requests[1].Body);
        Assert.Contains("\"count\":52", requests[2].Body);
        Assert.EndsWith($"/events/{created.Metadata.Name}", requests[2].Path);
    }

    [Fact]
    public async Task After_a_quiet_time_the_same_is_a_new_event()
    {
        await using var api = await FakeApi.StartAsync();
        for (int i = 0; i < 2; i++)
            api.ThenJson("""{"metadata":{"name":"e"}}""");
        await using var run = new RecorderRun(api, _time);

        run.Happens();
        await Eventually.True(() => api.Requests.Count == 1 && _time.Waiting == 1, "created");
        _time.Advance(TimeSpan.FromMinutes(6));
        await Eventually.True(() => _time.Waiting == 0, "forgotten");
        run.Happens();
        await Eventually.True(() => api.Requests.Count == 2, "created again");

        Assert.Equal(["POST", "POST"], api.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task An_event_that_outlived_its_time_to_live_is_made_anew()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson("""{"metadata":{"name":"e"}}""").ThenStatus(404, "NotFound").ThenJson("""{"metadata":{"name":"e"}}""");
        await using var run = new RecorderRun(api, _time);

        run.Happens();
        await Eventually.True(() => api.Requests.Count == 1 && _time.Waiting == 1, "created");
        run.Happens();
        await Eventually.True(() => api.Requests.Count == 3, "created again");

        Assert.Equal(["POST", "PATCH", "POST"], api.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task A_refused_event_is_dropped_and_the_next_one_is_written()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenStatus(403, "Forbidden").ThenJson("""{"metadata":{"name":"e"}}""");
        await using var run = new RecorderRun(api, _time);

        run.Happens("one");
        run.Happens("two");
        await Eventually.True(() => api.Requests.Count == 2, "both were tried");

        Assert.Contains("two", api.Requests.Last().Body);
    }

    [Fact]
    public async Task One_object_that_reports_ever_new_texts_cannot_flood_the_API()
    {
        await using var api = await FakeApi.StartAsync();
        for (int i = 0; i < 100; i++)
            api.ThenJson("""{"metadata":{"name":"e"}}""");
        await using var run = new RecorderRun(api, _time);

        for (int i = 0; i < 100; i++)
            run.Happens($"text {i}");
        await Eventually.True(() => api.Requests.Count == 32, "the bound");
        await Task.Delay(100, TestContext.Current.CancellationToken);

        Assert.Equal(32, api.Requests.Count);
    }

    [Fact]
    public async Task A_long_note_is_cut_between_characters()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson("""{"metadata":{"name":"e"}}""");
        await using var run = new RecorderRun(api, _time);

        run.Happens(new string('x', 1023) + "ü");
        await Eventually.True(() => api.Requests.Count == 1, "created");

        Assert.Equal(new string('x', 1023), JsonSerializer.Deserialize(api.Requests.First().Body, Kinds.Event.Json)!.Note);
    }

    private sealed class RecorderRun : IAsyncDisposable
    {
        private readonly KubernetesClient _client;
        private readonly EventRecorder _recorder;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public RecorderRun(FakeApi api, TimeProvider time)
        {
            _client = api.Client();
            var options = new EventRecorderOptions { Controller = "us", Instance = "us-0", TimeProvider = time };
            _recorder = new EventRecorder(_client, options, NullLogger.Instance);
            _running = _recorder.RunAsync(_stop.Token);
        }

        public void Happens(string note = "The peer does not answer.") =>
            _recorder.Record(Edge, EventType.Warning, "PeerUnreachable", "Negotiate", note);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _recorder.Dispose();
            _client.Dispose();
            _stop.Dispose();
        }
    }
}

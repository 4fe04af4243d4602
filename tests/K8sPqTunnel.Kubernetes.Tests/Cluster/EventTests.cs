using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

public sealed class EventTests
{
    [Fact]
    public async Task An_event_that_repeats_is_one_event_with_a_count()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        using var stop = new CancellationTokenSource();
        using var recorder = new EventRecorder(
            cluster.Client,
            new EventRecorderOptions { Controller = "pqtunnel.io/tests", Instance = "test-0", SeriesInterval = TimeSpan.FromMilliseconds(200) },
            NullLogger.Instance);
        var running = recorder.RunAsync(stop.Token);
        var regarding = await cluster.Client.Of(Kinds.ConfigMap).CreateAsync(new ConfigMap { Metadata = cluster.Meta("m") });

        for (int i = 0; i < 5; i++)
            recorder.Record(regarding, EventType.Warning, "PeerUnreachable", "Negotiate", "The peer 198.51.100.7 does not answer.");
        recorder.Record(regarding, EventType.Normal, "Established", "Negotiate", "The tunnel is up.");

        IReadOnlyList<Event> events = [];
        for (int i = 0; i < 200 && !(events.Count == 2 && events.Any(e => e.Series?.Count == 5)); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            events = (await cluster.Client.Of(Kinds.Event).ListAsync(cluster.Namespace)).Items;
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal(2, events.Count);
        var repeated = Assert.Single(events, e => e.Reason == "PeerUnreachable");
        Assert.Equal((5, "Warning", "m"), (repeated.Series?.Count, repeated.Type, repeated.Regarding?.Name));
        Assert.Null(Assert.Single(events, e => e.Reason == "Established").Series);
    }
}

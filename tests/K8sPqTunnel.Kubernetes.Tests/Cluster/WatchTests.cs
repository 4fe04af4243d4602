using System.Collections.Concurrent;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Informers;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

public sealed class WatchTests
{
    [Fact]
    public async Task A_resource_version_from_before_the_servers_memory_is_answered_with_expired()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var widgets = await ApplyTests.WidgetsAsync(cluster);            // a custom kind: the server remembers it from its definition on
        var options = new WatchOptions { ResourceVersion = "1", Timeout = TimeSpan.FromSeconds(5) };

        var e = await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await foreach (var _ in widgets.WatchAsync(null, options))
            {
                // The first event is the refusal.
            }
        });

        Assert.True(e.IsExpired, e.Message);
    }

    [Fact]
    public async Task An_informer_follows_additions_updates_and_deletions_through_many_short_watches()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var widgets = await ApplyTests.WidgetsAsync(cluster);
        using var stop = new CancellationTokenSource();
        ConcurrentQueue<string> seen = [];
        await widgets.CreateAsync(New("first", 0));
        var options = new InformerOptions { Namespace = cluster.Namespace, WatchTimeout = TimeSpan.FromSeconds(1), PageSize = 1 };
        var informer = new Informer<Widget>(widgets, options, NullLogger.Instance);
        informer.Subscribe(c => seen.Enqueue($"{c.Type} {c.Key.Name} {c.Object.Spec?.Size}"));
        var running = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync(TestContext.Current.CancellationToken);

        for (int size = 1; size <= 12; size++)
        {
            await widgets.ApplyAsync(New("second", size), "us");
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }

        await widgets.DeleteAsync(cluster.Key("first"));
        await Eventually.True(() => seen.Count >= 14, string.Join(", ", seen));
        await stop.CancelAsync();
        await running;

        var updates = Enumerable.Range(2, 11).Select(size => $"Updated second {size}");
        string[] expected = ["Added first 0", "Added second 1", .. updates, "Deleted first 0"];
        Assert.Equal(expected, seen);
        Assert.Equal(12, Assert.Single(informer.Store.List()).Spec?.Size);

        Widget New(string name, int size) => new() { Metadata = cluster.Meta(name), Spec = new WidgetSpec { Size = size } };
    }
}

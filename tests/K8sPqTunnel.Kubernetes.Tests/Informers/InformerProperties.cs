using FsCheck.Fluent;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.WorkQueues;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Kubernetes.Tests.Informers;

public sealed class InformerProperties
{
    [Fact]
    public void However_lists_and_watches_break_the_store_and_what_was_told_come_to_the_truth() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => ComesToTheTruthAsync(seed)).MustHold(tests: 150);

    private static async Task<bool> ComesToTheTruthAsync(int seed)
    {
        using var api = new HostileHistory(seed);
        using var client = new KubernetesClient(new Uri("http://hostile"), api);
        using var stop = new CancellationTokenSource();
        var options = new InformerOptions { Backoff = new ExponentialBackoff(TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(1)) };
        var informer = new Informer<ConfigMap>(client.Of(Kinds.ConfigMap), options, NullLogger.Instance);
        Dictionary<NamespacedName, string> told = [];
        bool consistent = true;
        informer.Subscribe(change =>
        {
            lock (told)
            {
                // What is told is a story: nothing is added twice, and only what is there changes or goes.
                consistent &= told.ContainsKey(change.Key) == (change.Type != ChangeType.Added);
                if (change.New is { } item)
                    told[change.Key] = item.Metadata.Name + item.Metadata.ResourceVersion;
                else
                    told.Remove(change.Key);
            }
        });

        bool Equal()
        {
            string[] truth = [.. api.Truth()];
            lock (told)
                return truth.SequenceEqual(told.Values.Order()) && truth.SequenceEqual(informer.Store.List().Select(m => m.Metadata.Name + m.Metadata.ResourceVersion).Order());
        }

        var running = informer.RunAsync(stop.Token);
        await Eventually.True(() => api.IsOver && Equal(), $"the truth, with seed {seed}");
        await stop.CancelAsync();
        await running;
        return consistent && Equal();
    }
}

using System.Diagnostics;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>Notes when objects of one kind change, as seen by a client that is not the operator.</summary>
internal sealed class ChangeWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<NamespacedName, (long Time, AnyObject Object)> _last = [];
    private readonly Task _running;

    private int _changes;

    private ChangeWatch(ResourceClient<AnyObject> client, string version) => _running = RunAsync(client, version);

    /// <summary>How many changes it has seen.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>Watches from now on.</summary>
    public static async Task<ChangeWatch> StartAsync(KubernetesClient client, ResourceKind<AnyObject> kind, CancellationToken cancellationToken)
    {
        ResourceClient<AnyObject> resources = client.Of(kind);
        ResourceList<AnyObject> one = await resources.ListPageAsync(null, new ListOptions { PageSize = 1 }, null, cancellationToken);
        return new ChangeWatch(resources, one.ResourceVersion);
    }

    /// <summary>When the object changed last, in ticks of the stopwatch; null if it has not.</summary>
    public long? LastOf(NamespacedName key)
    {
        lock (_lock)
            return _last.TryGetValue(key, out (long Time, AnyObject) found) ? found.Time : null;
    }

    /// <summary>How many objects have come to this, and when the last of them did.</summary>
    public (int Count, long Last) Count(Func<AnyObject, bool> state)
    {
        lock (_lock)
        {
            long[] times = [.. _last.Values.Where(seen => state(seen.Object)).Select(seen => seen.Time)];
            return (times.Length, times.DefaultIfEmpty().Max());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(ResourceClient<AnyObject> client, string version)
    {
        try
        {
            while (true)
            {
                await foreach (WatchEvent<AnyObject> next in client.WatchAsync(null, new WatchOptions { ResourceVersion = version }, _stop.Token))
                {
                    version = next.ResourceVersion;
                    if (next.Object is not { } item)
                        continue;
                    Interlocked.Increment(ref _changes);
                    lock (_lock)
                        _last[item.Metadata.Key] = (Stopwatch.GetTimestamp(), item);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Enough seen.
        }
    }
}

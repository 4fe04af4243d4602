using System.Collections.Concurrent;
using K8sPqTunnel.Kubernetes.WorkQueues;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.WorkQueues;

public sealed class WorkQueueTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_key_added_while_it_is_worked_on_comes_back_when_that_is_done()
    {
        using var queue = New();
        queue.Add("a");
        Assert.True(queue.TryTake(out _));

        queue.Add("a");
        Assert.False(queue.TryTake(out _));

        queue.Done("a");
        Assert.True(queue.TryTake(out string? again));
        Assert.Equal("a", again);
    }

    [Fact]
    public void Of_two_waits_the_one_that_ends_first_counts_and_only_once()
    {
        using var queue = New();
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(2));
        queue.AddAfter("a", TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(0, queue.Count);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(queue.TryTake(out _));
        queue.Done("a");
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Failures_wait_from_five_milliseconds_doubling_to_a_thousand_seconds_and_never_end()
    {
        var backoff = new WorkQueueOptions { Name = "q" }.Backoff;

        Assert.Equal(5, backoff.After(1).TotalMilliseconds);
        Assert.Equal(10, backoff.After(2).TotalMilliseconds);
        Assert.Equal(5 * 1024, backoff.After(11).TotalMilliseconds);
        Assert.Equal(1000, backoff.After(19).TotalSeconds);
        Assert.Equal(1000, backoff.After(int.MaxValue).TotalSeconds);
    }

    [Fact]
    public void A_forgotten_key_starts_its_waits_anew()
    {
        using var queue = New();
        queue.AddRateLimited("a");
        queue.AddRateLimited("a");
        Assert.Equal(2, queue.Failures("a"));

        queue.Forget("a");

        Assert.Equal(0, queue.Failures("a"));
    }

    [Fact]
    public async Task A_queue_that_was_shut_down_gives_out_what_it_has_and_then_ends()
    {
        using var queue = New();
        queue.Add("a");
        queue.Add("b");
        Assert.True(queue.TryTake(out string? first));
        queue.Add(first);
        queue.ShutDown();
        queue.Add("c");

        List<string> rest = [];
        queue.Done(first);
        while (await queue.WaitAsync(TestContext.Current.CancellationToken))
        {
            Assert.True(queue.TryTake(out string? key));
            rest.Add(key);
            queue.Done(key);
        }

        Assert.Equal(["b", "a"], rest);
    }

    [Fact]
    public async Task Under_many_threads_no_key_is_worked_on_twice_at_once_and_the_last_add_is_always_seen()
    {
        const int keys = 20, addsPerKey = 2000, workers = 8;
        using var queue = new WorkQueue<int>(new WorkQueueOptions { Name = "threads" });
        var wanted = new int[keys];
        var seen = new int[keys];
        var busy = new int[keys];
        var collisions = new ConcurrentBag<int>();

        async Task WorkAsync()
        {
            while (await queue.WaitAsync(CancellationToken.None))
            {
                while (queue.TryTake(out int key))
                {
                    if (Interlocked.Increment(ref busy[key]) != 1)
                        collisions.Add(key);
                    seen[key] = Volatile.Read(ref wanted[key]);
                    await Task.Yield();
                    Interlocked.Decrement(ref busy[key]);
                    queue.Done(key);
                }
            }
        }

        var working = Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync)).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), async (seed, _) =>
        {
            var random = new Random(seed);
            for (int i = 0; i < keys * addsPerKey / 4; i++)
            {
                int key = random.Next(keys);
                Interlocked.Increment(ref wanted[key]);
                if (i % 7 == 0)
                    queue.AddAfter(key, TimeSpan.FromMilliseconds(random.Next(3)));
                queue.Add(key);
                if (i % 100 == 0)
                    await Task.Yield();
            }
        });
        queue.ShutDown();
        await Task.WhenAll(working);

        Assert.Empty(collisions);
        Assert.Equal(wanted, seen);
    }

    private WorkQueue<string> New() => new(new WorkQueueOptions { Name = "test", TimeProvider = _time });
}

using System.Collections.Concurrent;
using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.WorkQueues;
using Microsoft.Extensions.Logging.Abstractions;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.Controllers;

public sealed class ControllerTests
{
    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<string> _calls = [];

    [Fact]
    public async Task A_failure_or_a_defect_comes_back_after_its_backoff_and_a_success_clears_it()
    {
        var results = new Queue<Func<ReconcileResult>>(
        [
            () => ReconcileResult.Failed("the peer is away"),
            () => throw new InvalidOperationException("a defect"),
            () => ReconcileResult.Done,
            () => ReconcileResult.Failed("again"),
        ]);
        await using var run = Run((key, _) => Called(key, results.Dequeue()));

        run.Controller.Queue.Add("a");
        await CallsAsync(1);
        await AfterAsync(5, 2);
        await AfterAsync(10, 3);
        await Eventually.True(() => run.Controller.Queue.Failures("a") == 0, "success clears the failures");
        run.Controller.Queue.Add("a");
        await CallsAsync(4);
        await Eventually.True(() => run.Controller.Queue.Failures("a") == 1, "the count starts anew");
    }

    [Fact]
    public async Task A_success_can_ask_to_be_looked_at_again()
    {
        await using var run = Run((key, _) => Called(key, () => ReconcileResult.RequeueAfter(TimeSpan.FromSeconds(30))));

        run.Controller.Queue.Add("a");
        await CallsAsync(1);
        await AfterAsync(30_000, 2);
        Assert.Equal(0, run.Controller.Queue.Failures("a"));
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_is_obeyed_and_a_conflict_is_not_repeated_at_a_fixed_pace()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenStatus(429, "TooManyRequests", "no", ("Retry-After", "60"))
            .ThenStatus(409, "Conflict").ThenStatus(409, "Conflict").ThenJson(Json.Map("a", 1));
        using var client = api.Client();
        await using var run = Run(async (key, cancellation) =>
        {
            _calls.Enqueue(key);
            await client.Of(Kinds.ConfigMap).GetAsync(new NamespacedName("ns", key), cancellation);
            return ReconcileResult.Done;
        });

        run.Controller.Queue.Add("a");
        await CallsAsync(1);
        await AfterAsync(60_000, 2);
        await AfterAsync(10, 3);
        await AfterAsync(20, 4);
        await Eventually.True(() => run.Controller.Queue.Failures("a") == 0, "success clears the failures");
    }

    [Fact]
    public async Task Each_key_is_looked_at_again_within_one_to_two_resync_periods_unless_it_is_gone()
    {
        const int keys = 40;
        var looked = new ConcurrentDictionary<string, List<TimeSpan>>();
        DateTimeOffset start = _time.GetUtcNow();
        var options = new WorkQueueOptions { Name = "resync", TimeProvider = _time, Resync = TimeSpan.FromMinutes(10) };
        await using var run = new ControllerRun(new Controller<string>(options, (key, _) =>
        {
            lock (looked)
                looked.GetOrAdd(key, _ => []).Add(_time.GetUtcNow() - start);
            return Task.FromResult(key == "gone" ? ReconcileResult.Gone : ReconcileResult.Done);
        }, workers: 1, NullLogger.Instance));
        foreach (string key in Enumerable.Range(0, keys).Select(n => $"{n}").Append("gone"))
            run.Controller.Queue.Add(key);

        int Looks()
        {
            lock (looked)
                return looked.Values.Sum(times => times.Count);
        }

        await Eventually.True(() => Looks() == keys + 1, "each once");
        await Eventually.True(() => _time.Waiting == 1, "they wait");
        _time.Advance(TimeSpan.FromMinutes(9.9));
        Assert.Equal(keys + 1, Looks());
        for (int i = 0; i < 102; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(0.1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        await Eventually.True(() => Looks() >= (2 * keys) + 1, "each again");
        Assert.Single(looked["gone"]);
        Assert.All(looked.Where(k => k.Key != "gone"), k => Assert.InRange(k.Value[1].TotalMinutes, 10, 20.2));
        Assert.True(looked.Where(k => k.Key != "gone").Select(k => Math.Round(k.Value[1].TotalMinutes)).Distinct().Count() > 4, "not all at once");
    }

    [Fact]
    public async Task One_key_is_worked_on_by_one_worker_and_others_go_on_beside_it()
    {
        var gate = new TaskCompletionSource();
        await using var run = Run(async (key, _) =>
        {
            _calls.Enqueue(key);
            if (key == "slow")
                await gate.Task;
            return ReconcileResult.Done;
        });

        run.Controller.Queue.Add("slow");
        await CallsAsync(1);
        run.Controller.Queue.Add("slow");
        run.Controller.Queue.Add("quick");
        await CallsAsync(2);
        Assert.Equal(["slow", "quick"], _calls);

        gate.SetResult();
        await CallsAsync(3);
        Assert.Equal(["slow", "quick", "slow"], _calls);
    }

    [Fact]
    public async Task Stopping_cancels_the_running_reconciles_and_waits_for_them()
    {
        bool ended = false;
        var run = Run(async (key, cancellation) =>
        {
            _calls.Enqueue(key);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            }
            finally
            {
                ended = true;
            }

            return ReconcileResult.Done;
        });
        run.Controller.Queue.Add("a");
        await CallsAsync(1);

        await run.DisposeAsync();

        Assert.True(ended);
    }

    private ControllerRun Run(Reconcile<string> reconcile) => new(
        new Controller<string>(new WorkQueueOptions { Name = "test", TimeProvider = _time }, reconcile, workers: 2, NullLogger.Instance));

    private Task<ReconcileResult> Called(string key, Func<ReconcileResult> result)
    {
        _calls.Enqueue(key);
        return Task.FromResult(result());
    }

    private Task CallsAsync(int count) => Eventually.True(() => _calls.Count == count, $"{count} calls, not {_calls.Count}");

    /// <summary>Nothing happens a millisecond before the time, and then the next call comes.</summary>
    private async Task AfterAsync(int milliseconds, int calls)
    {
        await Eventually.True(() => _time.Waiting == 1, "the key waits");
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal(calls - 1, _calls.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await CallsAsync(calls);
    }

    private sealed class ControllerRun : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public ControllerRun(Controller<string> controller)
        {
            Controller = controller;
            _running = controller.RunAsync(_stop.Token);
        }

        public Controller<string> Controller { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            Controller.Dispose();
            _stop.Dispose();
        }
    }
}

using System.Collections.Concurrent;
using K8sPqTunnel.Kubernetes.Controllers;
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

using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using K8sPqTunnel.Kubernetes.Telemetry;

namespace K8sPqTunnel.Kubernetes.WorkQueues;

/// <summary>client-go's work queue: keys that need work, each at most once, never worked on twice at the same time, never lost.</summary>
/// <remarks>
/// A key is in up to three places. <c>dirty</c>: it needs work. <c>processing</c>: someone works on it. The queue: it waits to be
/// taken. A dirty key is in the queue unless it is being processed; <see cref="Done"/> then puts it there. So the queue is never
/// longer than there are keys, and needs no other bound.
/// </remarks>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(3660);

    private readonly Lock _lock = new();
    private readonly Channel<TKey> _queue = Channel.CreateUnbounded<TKey>();
    private readonly Dictionary<TKey, long> _dirty = [];                 // with the time of the add
    private readonly Dictionary<TKey, long> _processing = [];            // with the time of the take
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly DelayedKeys<TKey> _delayed = new();
    private readonly WorkQueueOptions _options;
    private readonly TimeProvider _time;
    private readonly WorkQueueMetrics? _metrics;
    private readonly ITimer _timer;
    private bool _shutDown;

    public WorkQueue(WorkQueueOptions options)
    {
        _options = options;
        _time = options.TimeProvider;
        _metrics = options.Metrics?.WorkQueues;
        _timer = _time.CreateTimer(
            static queue => ((WorkQueue<TKey>)queue!).TakeDelayed(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _metrics?.Observe(options.Name, Read);
    }

    /// <summary>Keys that wait to be taken.</summary>
    public int Count => _queue.Reader.Count;

    /// <summary>Says that the key needs work. Once is enough until it is taken.</summary>
    public void Add(TKey key)
    {
        lock (_lock)
        {
            if (_shutDown || !_dirty.TryAdd(key, _time.GetTimestamp()))
                return;

            if (!_processing.ContainsKey(key))
                _queue.Writer.TryWrite(key);
        }

        _metrics?.Add(_options.Name);
    }

    /// <summary>Adds the key after a wait. Of several waits for a key the one that ends first counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        lock (_lock)
        {
            double seconds = Math.Min(delay.TotalSeconds, LongestDelay.TotalSeconds);
            long due = _time.GetTimestamp() + (long)(seconds * _time.TimestampFrequency);
            if (!_shutDown && _delayed.Add(key, due))
                SetTimer();
        }
    }

    /// <summary>Adds the key after the wait that its failures have earned; it never gives up.</summary>
    /// <param name="key">What failed.</param>
    /// <param name="atLeast">No sooner than this, as where a server has asked for it.</param>
    public void AddRateLimited(TKey key, TimeSpan atLeast = default)
    {
        int failures;
        lock (_lock)
        {
            failures = _failures.GetValueOrDefault(key) + 1;
            _failures[key] = failures;
        }

        _metrics?.Retry(_options.Name);
        var backoff = _options.Backoff.After(failures);
        AddAfter(key, backoff > atLeast ? backoff : atLeast);
    }

    /// <summary>The key's work succeeded: its failures no longer count.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
            _failures.Remove(key);
    }

    /// <summary>How often the key was added by <see cref="AddRateLimited"/> since it was last forgotten.</summary>
    public int Failures(TKey key)
    {
        lock (_lock)
            return _failures.GetValueOrDefault(key);
    }

    /// <summary>Waits until there may be a key to take.</summary>
    /// <returns>False when the queue was shut down and is empty.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _queue.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes a key to work on; <see cref="Done"/> must follow.</summary>
    public bool TryTake([MaybeNullWhen(false)] out TKey key)
    {
        long added, now;
        lock (_lock)
        {
            if (!_queue.Reader.TryRead(out key))
                return false;

            now = _time.GetTimestamp();
            _processing.Add(key, now);
            _dirty.Remove(key, out added);
        }

        _metrics?.Waited(_options.Name, _time.GetElapsedTime(added, now));
        return true;
    }

    /// <summary>The work on the key has ended; it may be taken again if it was added meanwhile.</summary>
    public void Done(TKey key)
    {
        long taken;
        lock (_lock)
        {
            if (!_processing.Remove(key, out taken))
                throw new InvalidOperationException($"The key {key} is not being worked on.");

            if (_dirty.ContainsKey(key))
                _queue.Writer.TryWrite(key);
            if (_shutDown)
                CompleteIfIdle();
        }

        _metrics?.Worked(_options.Name, _time.GetElapsedTime(taken));
    }

    /// <summary>Takes no more keys, forgets the delayed ones, and ends when those that wait or are worked on are done.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _shutDown = true;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            CompleteIfIdle();
        }
    }

    public void Dispose()
    {
        ShutDown();
        _metrics?.Unobserve(_options.Name);
        _timer.Dispose();
    }

    // A dirty key that is being processed still has to come back through the channel.
    private void CompleteIfIdle()
    {
        if (!_processing.Keys.Any(_dirty.ContainsKey))
            _queue.Writer.TryComplete();
    }

    private void TakeDelayed()
    {
        while (true)
        {
            TKey? key;
            lock (_lock)
            {
                if (_shutDown || !_delayed.TryTake(_time.GetTimestamp(), out key))
                {
                    SetTimer();
                    return;
                }
            }

            Add(key);
        }
    }

    private void SetTimer()
    {
        if (_shutDown || !_delayed.TryPeek(out long due))
            return;

        double seconds = Math.Max(0, due - _time.GetTimestamp()) / (double)_time.TimestampFrequency;
        // A timer counts whole milliseconds: rounded up, so that it does not come too early and spin. It takes 49 days at most;
        // one that comes much too early finds nothing due and is set again.
        double milliseconds = Math.Min(Math.Ceiling(seconds * 1000), int.MaxValue);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private QueueReading Read()
    {
        lock (_lock)
        {
            var unfinished = TimeSpan.Zero;
            var longest = TimeSpan.Zero;
            foreach (long taken in _processing.Values)
            {
                var age = _time.GetElapsedTime(taken);
                unfinished += age;
                longest = age > longest ? age : longest;
            }

            return new QueueReading(Count, unfinished, longest);
        }
    }
}

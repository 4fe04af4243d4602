namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>A clock that moves only when told to, with timers that fire on the way.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state), _now + dueTime.Ticks, period.Ticks);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        long target = _now + time.Ticks;
        while (_timers.MinBy(timer => timer.Due) is { } next && next.Due <= target)
        {
            _now = Math.Max(_now, next.Due);
            next.Fire();
        }
        _now = target;
    }

    private sealed class ManualTimer(ManualTime owner, Action callback, long due, long period) : ITimer
    {
        public long Due { get; private set; } = due;

        public void Fire()
        {
            Due += period;
            callback();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => owner._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

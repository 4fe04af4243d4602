namespace K8sPqTunnel.Sidecar.State;

/// <summary>The tunnel's state, written by its one owner and read by whoever wants to know, each at its own pace.</summary>
/// <remarks>A reader that is slow sees the newest state and misses the ones between: nothing queues.</remarks>
internal sealed class TunnelBoard(TunnelSnapshot initial)
{
    private readonly Lock _lock = new();
    private TunnelSnapshot _current = initial;
    private TaskCompletionSource _changed = NewSignal();

    public TunnelSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Replaces the state by what <paramref name="change"/> makes of it.</summary>
    public void Update(Func<TunnelSnapshot, TunnelSnapshot> change)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            Volatile.Write(ref _current, change(_current));
            signal = _changed;
            _changed = NewSignal();
        }
        signal.SetResult();
    }

    /// <summary>Each state that differs from the one before, beginning with the present one.</summary>
    public async IAsyncEnumerable<TunnelSnapshot> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            TunnelSnapshot current;
            Task changed;
            lock (_lock)
            {
                current = _current;
                changed = _changed.Task;
            }
            yield return current;
            await changed.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

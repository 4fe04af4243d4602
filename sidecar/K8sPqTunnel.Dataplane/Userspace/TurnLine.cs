namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>A line of threads: each takes a place, and its turn comes when all before it have passed.</summary>
internal sealed class TurnLine
{
    /// <summary>About a microsecond, as long as it takes to go to sleep.</summary>
    private const int Spins = 20;

    private readonly object _gate = new();
    private long _next;
    private long _serving;

    /// <summary>A place at the end. To be passed on, whatever happens.</summary>
    public long Take() => Interlocked.Increment(ref _next) - 1;

    /// <summary>Waits until it is this place's turn.</summary>
    public void Await(long place)
    {
        for (int i = 0; i < Spins; i++)
        {
            if (Volatile.Read(ref _serving) == place)
                return;
            Thread.SpinWait(1);
        }
        // Asleep, not spinning: whose turn it is may be waiting for this processor.
        lock (_gate)
        {
            while (_serving != place)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>Ends the turn, which has to have come.</summary>
    public void Pass(long place)
    {
        lock (_gate)
        {
            Volatile.Write(ref _serving, place + 1);
            Monitor.PulseAll(_gate);
        }
    }
}

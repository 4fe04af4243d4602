namespace K8sPqTunnel.Kubernetes.Leases;

/// <summary>Lets a leader's writes pass only as long as nobody else can have become leader, also when the process was held still meanwhile.</summary>
/// <remarks>
/// It goes by this process's own steady clock, from the moment before the request was sent that renewed the lease. A write must be answered
/// before the lease ends, or it is given up; what a network then still carries to the server no client can call back.
/// </remarks>
public sealed class WriteFence(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _stops;
    private long _ends;

    /// <summary>New writes may begin.</summary>
    public bool IsOpen => Remaining > TimeSpan.Zero;

    /// <summary>How long a write that begins now may take; zero when none may begin.</summary>
    internal TimeSpan Remaining
    {
        get
        {
            long now = time.GetTimestamp();
            lock (_lock)
                return now < _stops ? time.GetElapsedTime(now, _ends) : TimeSpan.Zero;
        }
    }

    /// <param name="from">The timestamp from which the two times count.</param>
    /// <param name="stops">No write begins later than this.</param>
    /// <param name="ends">No write goes on for longer than this.</param>
    internal void Open(long from, TimeSpan stops, TimeSpan ends)
    {
        lock (_lock)
        {
            _stops = from + Ticks(stops);
            _ends = from + Ticks(ends);
        }
    }

    internal void Close()
    {
        lock (_lock)
            _stops = _ends = 0;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>The outcomes of the last probes, and what follows from them. Not for two threads at once.</summary>
internal sealed class ProbeHistory(int capacity, int unhealthyAfter)
{
    private readonly Queue<TimeSpan?> _outcomes = new(capacity);
    private TimeSpan? _last;
    private int _lostInARow;
    private long _answered;

    public void AddAnswer(TimeSpan roundTrip)
    {
        _last = roundTrip;
        _lostInARow = 0;
        _answered++;
        Add(roundTrip);
    }

    public void AddLoss()
    {
        _lostInARow++;
        Add(null);
    }

    public ProbeSnapshot Summarize(long sent)
    {
        int answers = _outcomes.Count(outcome => outcome is not null);
        TimeSpan? mean = answers > 0 ? TimeSpan.FromTicks((long)_outcomes.Average(outcome => outcome?.Ticks)!.Value) : null;
        double loss = _outcomes.Count > 0 ? 1 - (double)answers / _outcomes.Count : 0;
        return new ProbeSnapshot(State, _last, mean, Jitter(), loss, sent, _answered);
    }

    private TimeSpan? Jitter()
    {
        long differences = 0;
        int count = 0;
        TimeSpan? before = null;
        foreach (TimeSpan? outcome in _outcomes)
        {
            if (outcome is null)
                continue;
            if (before is { } earlier)
            {
                differences += Math.Abs(outcome.Value.Ticks - earlier.Ticks);
                count++;
            }
            before = outcome;
        }
        return count > 0 ? TimeSpan.FromTicks(differences / count) : null;
    }

    private DataPathState State =>
        _lostInARow >= unhealthyAfter ? DataPathState.Unhealthy
        : _answered > 0 ? DataPathState.Healthy
        : DataPathState.Unprobed;

    private void Add(TimeSpan? outcome)
    {
        if (_outcomes.Count == capacity)
            _outcomes.Dequeue();
        _outcomes.Enqueue(outcome);
    }
}

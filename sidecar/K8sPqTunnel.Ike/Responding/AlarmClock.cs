namespace K8sPqTunnel.Ike.Responding;

/// <summary>The deadlines of many connections, the next one at hand.</summary>
/// <remarks>
/// A deadline that moves into the future, as with each sign of life, costs nothing: the alarm rings at the old time and is set again.
/// </remarks>
internal sealed class AlarmClock
{
    /// <summary>Deadlines that were taken back may stand in the queue as long as they are not more than these and those that hold.</summary>
    private const int Slack = 64;

    private readonly PriorityQueue<IkeConnection, TimeSpan> _queue = new();
    private readonly Dictionary<IkeConnection, TimeSpan> _set = [];

    /// <summary>When to call <see cref="Ring"/>; may be too early, never too late.</summary>
    public TimeSpan? Next => _queue.TryPeek(out _, out TimeSpan due) ? due : null;

    /// <summary>Takes note of the connection's deadline as it is now.</summary>
    public void Set(IkeConnection connection)
    {
        if (connection.NextDeadline is not { } deadline)
            _set.Remove(connection);
        else if (!_set.TryGetValue(connection, out TimeSpan earlier) || deadline < earlier)
        {
            _set[connection] = deadline;
            _queue.Enqueue(connection, deadline);
            if (_queue.Count > 2 * _set.Count + Slack)
                Sweep();
        }
    }

    public void Forget(IkeConnection connection) => _set.Remove(connection);

    /// <summary>Takes those whose deadline has come.</summary>
    public void Ring(TimeSpan now, List<IkeConnection> due)
    {
        while (_queue.TryPeek(out IkeConnection? connection, out TimeSpan at) && at <= now)
        {
            _queue.Dequeue();
            // Not what is set: the deadline was taken back or came forward since.
            if (!_set.TryGetValue(connection, out TimeSpan set) || set != at)
                continue;
            _set.Remove(connection);
            if (connection.NextDeadline <= now)
                due.Add(connection);
            else
                Set(connection);
        }
    }

    /// <summary>Each answered request leaves a deadline behind: under load they would come faster than they pass.</summary>
    private void Sweep()
    {
        _queue.Clear();
        foreach ((IkeConnection connection, TimeSpan due) in _set)
            _queue.Enqueue(connection, due);
    }
}

using System.Diagnostics.CodeAnalysis;

namespace K8sPqTunnel.Kubernetes.WorkQueues;

/// <summary>Keys with the time from which they count; of two times for one key the earlier holds. Not thread-safe.</summary>
internal sealed class DelayedKeys<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, long> _due = [];
    private readonly PriorityQueue<TKey, long> _heap = new();

    /// <returns>True if this key is now the first.</returns>
    public bool Add(TKey key, long due)
    {
        if (_due.TryGetValue(key, out long earlier) && earlier <= due)
            return false;

        _due[key] = due;
        _heap.Enqueue(key, due);                                        // an entry that was overtaken is skipped when its turn comes
        return _heap.TryPeek(out _, out long first) && first == due;
    }

    /// <summary>Takes the first key if its time has come.</summary>
    public bool TryTake(long now, [MaybeNullWhen(false)] out TKey key)
    {
        while (_heap.TryPeek(out key, out long due) && due <= now)
        {
            _heap.Dequeue();
            if (_due.TryGetValue(key, out long valid) && valid == due)
            {
                _due.Remove(key);
                return true;
            }
        }

        return false;
    }

    /// <summary>When the first key is due.</summary>
    public bool TryPeek(out long due)
    {
        while (_heap.TryPeek(out var key, out due))
        {
            if (_due.TryGetValue(key, out long valid) && valid == due)
                return true;
            _heap.Dequeue();
        }

        return false;
    }
}

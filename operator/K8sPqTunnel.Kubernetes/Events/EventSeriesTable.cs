using K8sPqTunnel.Kubernetes.Core;

namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>The events that are being counted. Thread-safe.</summary>
internal sealed class EventSeriesTable(EventRecorderOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EventKey, EventOccurrences> _series = [];
    private readonly Dictionary<ObjectReference, int> _perObject = [];

    /// <summary>Counts an occurrence.</summary>
    /// <returns>After what time it should be written; null if it was dropped because too many others are counted.</returns>
    public TimeSpan? Count(EventKey key)
    {
        var now = options.TimeProvider.GetUtcNow();
        lock (_lock)
        {
            if (_series.TryGetValue(key, out var known))
            {
                if (IsOver(known, now))
                    known.StartOver();
                known.Repeat(now);
                return known.WrittenCount > 1 ? known.WrittenAt + options.SeriesInterval - now : TimeSpan.Zero;
            }

            int about = _perObject.GetValueOrDefault(key.Regarding);
            if (_series.Count >= options.MaxSeries || about >= options.MaxSeriesPerObject)
                return null;

            _series.Add(key, new EventOccurrences(now));
            _perObject[key.Regarding] = about + 1;
            return TimeSpan.Zero;
        }
    }

    /// <summary>What is to be written about the event now.</summary>
    /// <returns>Null when the event is over and forgotten.</returns>
    public EventWrite? Next(EventKey key)
    {
        var now = options.TimeProvider.GetUtcNow();
        lock (_lock)
        {
            if (!_series.TryGetValue(key, out var known))
                return null;

            if (!IsOver(known, now))
                return new EventWrite(known.Name, known.First, known.Last, known.Count, known.Count - known.WrittenCount);

            Remove(key);
            return null;
        }
    }

    public void Written(EventKey key, string name, int count)
    {
        lock (_lock)
        {
            if (_series.TryGetValue(key, out var known))
                known.Written(name, count, options.TimeProvider.GetUtcNow());
        }
    }

    public void StartOver(EventKey key)
    {
        lock (_lock)
        {
            if (_series.TryGetValue(key, out var known))
                known.StartOver();
        }
    }

    public void Drop(EventKey key)
    {
        lock (_lock)
            Remove(key);
    }

    private bool IsOver(EventOccurrences known, DateTimeOffset now) =>
        known.Count == known.WrittenCount && now - known.Last >= options.SeriesEndsAfter;

    private void Remove(EventKey key)
    {
        if (!_series.Remove(key))
            return;

        if (--_perObject[key.Regarding] == 0)
            _perObject.Remove(key.Regarding);
    }
}

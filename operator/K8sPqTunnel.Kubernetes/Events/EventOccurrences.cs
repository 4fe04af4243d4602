namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>How often an event happened and how much of that the API knows. Guarded by the series' lock.</summary>
internal sealed class EventOccurrences(DateTimeOffset first)
{
    public DateTimeOffset First { get; private set; } = first;

    public DateTimeOffset Last { get; private set; } = first;

    public int Count { get; private set; } = 1;

    /// <summary>The name of the Event object, once it was created.</summary>
    public string? Name { get; private set; }

    public int WrittenCount { get; private set; }

    public DateTimeOffset WrittenAt { get; private set; }

    public void Repeat(DateTimeOffset now)
    {
        First = Count == 0 ? now : First;
        Last = now;
        Count++;
    }

    public void Written(string name, int count, DateTimeOffset now)
    {
        Name = name;
        WrittenCount = count;
        WrittenAt = now;
    }

    /// <summary>The Event object is gone or over: what was not written, if anything, is a new event.</summary>
    public void StartOver()
    {
        First = Last;
        Count -= WrittenCount;
        WrittenCount = 0;
        Name = null;
    }
}

namespace K8sPqTunnel.Kubernetes.Tests.WorkQueues;

/// <summary>What a work queue promises, without any of its mechanism. Times are milliseconds.</summary>
internal sealed class WorkQueueModel
{
    private readonly HashSet<int> _ready = [];
    private readonly Dictionary<int, long> _delayed = [];
    private long _now;

    public HashSet<int> Taken { get; } = [];

    public Dictionary<int, int> Failures { get; } = [];

    /// <summary>Keys that could be taken now.</summary>
    public int Waiting => _ready.Count(key => !Taken.Contains(key));

    /// <summary>Keys that must still come, now or later.</summary>
    public IEnumerable<int> Owed => _ready.Union(_delayed.Keys);

    public void Add(int key) => _ready.Add(key);

    public void AddAfter(int key, long delay)
    {
        if (delay == 0)
            Add(key);
        else
            _delayed[key] = Math.Min(_now + delay, _delayed.GetValueOrDefault(key, long.MaxValue));
    }

    public void AddRateLimited(int key, long atLeast)
    {
        int failures = Failures[key] = Failures.GetValueOrDefault(key) + 1;
        AddAfter(key, Math.Max(atLeast, Math.Min(1_000_000, 5L << Math.Min(failures - 1, 40))));
    }

    /// <returns>False if the key was not to be had.</returns>
    public bool Take(int key) => _ready.Remove(key) && Taken.Add(key);

    public void Advance(long time)
    {
        _now += time;
        foreach (var (key, due) in _delayed)
        {
            if (due <= _now)
            {
                _delayed.Remove(key);
                _ready.Add(key);
            }
        }
    }
}

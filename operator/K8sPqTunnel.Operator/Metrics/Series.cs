namespace K8sPqTunnel.Operator.Metrics;

/// <summary>The value of one series: a running sum. Thread-safe.</summary>
internal sealed class Series
{
    private readonly Lock _lock = new();
    private double _sum;
    private long _count;

    public void Add(double value)
    {
        lock (_lock)
        {
            _sum += value;
            _count++;
        }
    }

    public (double Sum, long Count) Read()
    {
        lock (_lock)
            return (_sum, _count);
    }
}

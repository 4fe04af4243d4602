namespace K8sPqTunnel.Bench.Measuring;

/// <summary>The times that handshakes took.</summary>
internal sealed class Latencies(int capacity)
{
    private readonly List<double> _milliseconds = new(capacity);

    public void Add(TimeSpan latency) => _milliseconds.Add(latency.TotalMilliseconds);

    /// <summary>The smallest time that at least this share of them did not exceed (nearest rank).</summary>
    /// <param name="share">0 to 1.</param>
    public double Percentile(double share)
    {
        if (_milliseconds.Count == 0)
            return 0;
        _milliseconds.Sort();
        return _milliseconds[Math.Clamp((int)Math.Ceiling(share * _milliseconds.Count) - 1, 0, _milliseconds.Count - 1)];
    }
}

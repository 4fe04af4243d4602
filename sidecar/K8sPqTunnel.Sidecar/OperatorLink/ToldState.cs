using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>What the operator has been told of each tunnel, so that nothing is said twice. One session at a time uses it.</summary>
internal sealed class ToldState
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ulong Sequence, string Uid, TunnelReport Report)> _reports = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Counters> _counters = new(StringComparer.Ordinal);

    /// <summary>A session has begun: what the operator does not hold has to be told again.</summary>
    /// <param name="lastSequence">Of the newest report that it holds of this process; 0 for none.</param>
    public void Resume(ulong lastSequence)
    {
        lock (_lock)
        {
            foreach (string name in _reports.Where(told => told.Value.Sequence > lastSequence).Select(told => told.Key).ToArray())
                _reports.Remove(name);
            if (lastSequence == 0)
                _counters.Clear();
        }
    }

    public bool IsNews(TunnelRef tunnel, TunnelReport report)
    {
        lock (_lock)
            return !_reports.TryGetValue(tunnel.Name, out var told) || told.Uid != tunnel.Uid || !told.Report.Equals(report);
    }

    public void Told(TunnelRef tunnel, TunnelReport report, ulong sequence)
    {
        lock (_lock)
            _reports[tunnel.Name] = (sequence, tunnel.Uid, report);
    }

    /// <summary>Takes note of counters that are about to be told; false where they say what was told before.</summary>
    public bool TryTake(TunnelRef tunnel, Counters counters)
    {
        Counters timeless = counters.Clone();
        timeless.Time = null;
        lock (_lock)
        {
            if (_counters.TryGetValue(tunnel.Name, out Counters? told) && told.Equals(timeless))
                return false;
            _counters[tunnel.Name] = timeless;
            return true;
        }
    }

    public void Forget(string tunnel)
    {
        lock (_lock)
        {
            _reports.Remove(tunnel);
            _counters.Remove(tunnel);
        }
    }
}

namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>The tunnels that have changed since they were last told of: each once, however often, so that nothing queues behind a slow session.</summary>
internal sealed class ChangedTunnels
{
    private readonly Lock _lock = new();
    private HashSet<string> _names = new(StringComparer.Ordinal);
    private TaskCompletionSource _some = NewSignal();

    public void Add(params IEnumerable<string> names)
    {
        lock (_lock)
        {
            _names.UnionWith(names);
            if (_names.Count > 0)
                _some.TrySetResult();
        }
    }

    /// <summary>Waits until there is one, and takes all.</summary>
    public async Task<IReadOnlyCollection<string>> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task some;
            lock (_lock)
            {
                if (_names.Count > 0)
                {
                    HashSet<string> taken = _names;
                    _names = new(StringComparer.Ordinal);
                    _some = NewSignal();
                    return taken;
                }

                some = _some.Task;
            }

            await some.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

namespace K8sPqTunnel.Kubernetes.Transport;

/// <summary>A cancellation that tells whether the time was up or the caller gave up.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    private Deadline(CancellationTokenSource timer, CancellationToken caller)
    {
        _timer = timer;
        _linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, caller);
        Caller = caller;
    }

    public CancellationToken Token => _linked.Token;

    /// <summary>The time was up, and the caller still wanted the answer.</summary>
    public bool HasPassed => _timer.IsCancellationRequested && !Caller.IsCancellationRequested;

    private CancellationToken Caller { get; }

    public static Deadline After(TimeSpan delay, TimeProvider time, CancellationToken caller) => new(new CancellationTokenSource(delay, time), caller);

    /// <summary>Starts the time anew.</summary>
    public void Restart(TimeSpan delay) => _timer.CancelAfter(delay);

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}

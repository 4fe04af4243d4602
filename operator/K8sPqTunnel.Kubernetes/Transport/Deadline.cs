namespace K8sPqTunnel.Kubernetes.Transport;

/// <summary>A cancellation by the caller or by the clock, whichever comes first; the caller's own token tells which it was.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    private Deadline(CancellationTokenSource timer, CancellationToken caller)
    {
        _timer = timer;
        _linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, caller);
    }

    public CancellationToken Token => _linked.Token;

    public static Deadline After(TimeSpan delay, TimeProvider time, CancellationToken caller) =>
        new(new CancellationTokenSource(delay, time), caller);

    /// <summary>Starts the time anew.</summary>
    public void Restart(TimeSpan delay) => _timer.CancelAfter(delay);

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}

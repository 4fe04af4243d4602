namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The ciphers of one key: as many threads use it at a time. After disposal each is zeroed as soon as nobody uses it.</summary>
internal sealed class CipherPool : IDisposable
{
    private readonly object _lock = new();
    private readonly Stack<EspCipher> _idle;
    private bool _disposed;

    /// <param name="ciphers">Of the same key; owned from here on.</param>
    public CipherPool(IEnumerable<EspCipher> ciphers) => _idle = new Stack<EspCipher>(ciphers);

    /// <summary>Takes one, and waits where all are in use. Who has one waits for nothing else before it is returned.</summary>
    /// <returns>Null where they are disposed.</returns>
    public EspCipher? Take()
    {
        lock (_lock)
        {
            while (_idle.Count == 0 && !_disposed)
                Monitor.Wait(_lock);
            return _disposed ? null : _idle.Pop();
        }
    }

    public void Return(EspCipher cipher)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                cipher.Dispose();
                return;
            }
            _idle.Push(cipher);
            Monitor.Pulse(_lock);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_idle.TryPop(out EspCipher? cipher))
                cipher.Dispose();
            Monitor.PulseAll(_lock);
        }
    }
}

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>A tunnel's share in the sockets of a local address.</summary>
/// <param name="ports">Those that are open.</param>
/// <param name="carriesRawEsp">ESP may go straight over IP.</param>
/// <param name="end">Gives the share back.</param>
internal sealed class UnderlayLease(IkePorts ports, bool carriesRawEsp, Action<UnderlayLease> end) : IDisposable
{
    private bool _isOver;

    public IkePorts Ports { get; } = ports;

    public bool CarriesRawEsp { get; } = carriesRawEsp;

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isOver, true))
            end(this);
    }
}

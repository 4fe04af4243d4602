using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>The UDP ports and TCP connections of one local address, and the tunnels that have a share in them.</summary>
internal sealed class LocalSockets : IDatagramReceiver, IDisposable
{
    private readonly ConcurrentDictionary<UnderlayLease, Action<IOException>> _leases = new();
    private readonly IPAddress _local;
    private readonly IDatagramReceiver _receiver;

    /// <exception cref="SocketException">The address is not ours, or the privilege is missing.</exception>
    public LocalSockets(IPAddress local, DataplaneKind dataplane, IDatagramReceiver receiver)
    {
        _local = local;
        _receiver = receiver;
        Ports = IkePorts.Open(local, dataplane);
        Streams = new StreamPorts(local, this);
        Ports.Listen(this);
    }

    public IkePorts Ports { get; }

    public StreamPorts Streams { get; }

    /// <summary>ESP over IP; null where no tunnel has asked for it, or it is not allowed.</summary>
    public EspPort? Esp { get; private set; }

    /// <summary>Has ESP over IP too from now on, where that is allowed.</summary>
    public void ListenForEsp() => Esp ??= EspPort.TryOpen(_local, this);

    public bool IsUnused => _leases.IsEmpty;

    /// <param name="lost">Told when a socket is lost for good.</param>
    /// <param name="returned">Told when the lease is over.</param>
    public UnderlayLease Lease(Action<IOException> lost, Action<IPAddress> returned)
    {
        var lease = new UnderlayLease(Ports, Esp is not null, over =>
        {
            _leases.TryRemove(over, out _);
            returned(_local);
        });
        _leases[lease] = lost;
        return lease;
    }

    public void ReceiveIke(in PeerPath path, ReadOnlySpan<byte> message) => _receiver.ReceiveIke(path, message);

    public OpenedBatch CreateBatch() => _receiver.CreateBatch();

    public void OpenEsp(ReadOnlySpan<EspDatagram> packets, OpenedBatch opened) => _receiver.OpenEsp(packets, opened);

    public void Lose(SocketException reason)
    {
        foreach (Action<IOException> lost in _leases.Values)
            lost(new IOException($"a socket of {_local} is lost ({reason.Message}): restart the daemon", reason));
    }

    public void Dispose()
    {
        Streams.Dispose();
        Esp?.Dispose();
        Ports.Dispose();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>The way outside: the sockets of every local address that a tunnel uses, each opened once and shared.</summary>
/// <remarks>What is sent from an address whose sockets are closed is lost, as on a network that is down.</remarks>
/// <param name="receiver">Gets what all of them hear.</param>
internal sealed class Underlay(IDatagramReceiver receiver) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<IPAddress, LocalSockets> _open = new();
    private long _unsentInStreams;

    /// <summary>What found no TCP connection, or one that was full.</summary>
    public long UnsentInStreams => Interlocked.Read(ref _unsentInStreams) + _open.Values.Sum(sockets => sockets.Streams.Unsent);

    /// <summary>Has the sockets of an address open until the lease is disposed; other tunnels may have a lease on the same.</summary>
    /// <param name="dataplane">What opens ESP that comes to them.</param>
    /// <param name="wantsRawEsp">ESP may go straight over IP, where that is allowed.</param>
    /// <param name="acceptsTcp">Lets peers open TCP connections to port 4500 (RFC 9329).</param>
    /// <param name="lost">Told when a socket is lost for good.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The address is not ours, or the privilege is missing.</exception>
    public UnderlayLease Open(IPAddress local, DataplaneKind dataplane, bool wantsRawEsp, bool acceptsTcp, Action<IOException> lost)
    {
        lock (_lock)
        {
            LocalSockets sockets = _open.GetOrAdd(local, address => new LocalSockets(address, dataplane, receiver));
            if (acceptsTcp)
                sockets.Streams.Listen();
            if (wantsRawEsp)
                sockets.ListenForEsp();
            return sockets.Lease(lost, Return);
        }
    }

    /// <summary>Sends one IKE message from the address and port of its path.</summary>
    /// <returns>How many datagrams the network refused; in TCP that is counted by itself.</returns>
    public int SendIke(in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (!TryFind(path, out LocalSockets? sockets))
            return 1;
        if (!path.IsTcp)
            return sockets.Ports.SendIke(path, message);
        sockets.Streams.SendIke(path, message);
        return 0;
    }

    /// <summary>The same as one IP packet that no router may fragment; not in TCP, which has no packets of its own size. It may well be lost.</summary>
    public void SendIkeWhole(in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (!path.IsTcp && TryFind(path, out LocalSockets? sockets))
            sockets.Ports.SendIkeWhole(path, message);
    }

    /// <summary>Sends ESP packets of one SA, which has one path; the result as of <see cref="SendIke"/>.</summary>
    public int SendEsp(ReadOnlySpan<EspDatagram> batch)
    {
        if (batch.IsEmpty)
            return 0;
        if (!TryFind(batch[0].Path, out LocalSockets? sockets))
            return EspDatagram.CountOf(batch);
        if (batch[0].IsRaw)
            return sockets.Esp?.Send(batch) ?? EspDatagram.CountOf(batch);
        if (!batch[0].Path.IsTcp)
            return sockets.Ports.SendEsp(batch);
        foreach (ref readonly EspDatagram datagrams in batch)
        {
            for (int i = 0; i < datagrams.Count; i++)
                sockets.Streams.SendEsp(datagrams.Path, datagrams[i].Payload.Span);
        }

        return 0;
    }

    /// <summary>RFC 3948 2.3; to keep a NAT's mapping alive while nothing else is sent.</summary>
    public void SendKeepalive(in PeerPath path)
    {
        if (TryFind(path, out LocalSockets? sockets))
            sockets.Ports.SendKeepalive(path.Remote);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (IPAddress local in _open.Keys)
                Close(local);
        }
    }

    private bool TryFind(in PeerPath path, [NotNullWhen(true)] out LocalSockets? sockets) => _open.TryGetValue(path.Local.Address, out sockets);

    private void Return(IPAddress local)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(local, out LocalSockets? sockets) && sockets.IsUnused)
                Close(local);
        }
    }

    private void Close(IPAddress local)
    {
        if (!_open.TryRemove(local, out LocalSockets? sockets))
            return;
        Interlocked.Add(ref _unsentInStreams, sockets.Streams.Unsent);
        sockets.Dispose();
    }
}

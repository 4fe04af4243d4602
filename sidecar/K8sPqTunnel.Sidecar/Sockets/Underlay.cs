using System.Net;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>The way outside the tunnel: whichever ports are open now. What is sent while none are is lost, as on a network that is down.</summary>
internal sealed class Underlay : IEspTransport, IDisposable
{
    private IkePorts? _ports;
    private StreamPorts? _streams;
    private long _unsent;

    /// <summary>Datagrams that found no open port, or that the network refused.</summary>
    public long Unsent => Interlocked.Read(ref _unsent) + (Volatile.Read(ref _ports)?.Unsent ?? 0) + (Volatile.Read(ref _streams)?.Unsent ?? 0);

    /// <summary>Opens the ports of an address, and closes those of the one before.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address is not ours, or the privilege is missing.</exception>
    /// <param name="acceptsTcp">Lets peers open TCP connections to port 4500 (RFC 9329).</param>
    public IkePorts Open(IPAddress local, IDatagramReceiver receiver, bool acceptsTcp)
    {
        Close();
        IkePorts ports = IkePorts.Open(local);
        ports.Listen(receiver);
        Volatile.Write(ref _ports, ports);
        Volatile.Write(ref _streams, StreamPorts.Open(local, receiver, acceptsTcp));
        return ports;
    }

    public void SendIke(in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (path.IsTcp)
            SendInStream(path, message);
        else if (Volatile.Read(ref _ports) is { } ports)
            ports.SendIke(path, message);
        else
            Interlocked.Increment(ref _unsent);
    }

    /// <summary>RFC 3948 2.3; to keep a NAT's mapping alive while nothing else is sent.</summary>
    public void SendKeepalive(IPEndPoint remote) => Volatile.Read(ref _ports)?.SendKeepalive(remote);

    public void Send(ReadOnlySpan<EspDatagram> batch)
    {
        if (Volatile.Read(ref _ports) is not { } ports)
        {
            foreach (ref readonly EspDatagram datagrams in batch)
                Interlocked.Add(ref _unsent, datagrams.Count);
            return;
        }
        // A batch is one SA's, which has one path.
        if (batch.IsEmpty || !batch[0].Path.IsTcp)
            ports.SendEsp(batch);
        else
            SendInStream(batch);
    }

    private void SendInStream(ReadOnlySpan<EspDatagram> batch)
    {
        foreach (ref readonly EspDatagram datagrams in batch)
        {
            for (int i = 0; i < datagrams.Count; i++)
                Volatile.Read(ref _streams)?.SendEsp(datagrams.Path, datagrams[i].Payload.Span);
        }
    }

    private void SendInStream(in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (Volatile.Read(ref _streams) is { } streams)
            streams.SendIke(path, message);
        else
            Interlocked.Increment(ref _unsent);
    }

    public void Dispose() => Close();

    private void Close()
    {
        if (Interlocked.Exchange(ref _streams, null) is { } streams)
        {
            Interlocked.Add(ref _unsent, streams.Unsent);
            streams.Dispose();
        }
        if (Interlocked.Exchange(ref _ports, null) is not { } ports)
            return;
        Interlocked.Add(ref _unsent, ports.Unsent);
        ports.Dispose();
    }
}

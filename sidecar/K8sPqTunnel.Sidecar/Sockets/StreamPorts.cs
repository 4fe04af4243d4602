using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>The TCP connections of one local address: those that peers open to port 4500, and those that we open (RFC 9329).</summary>
internal sealed class StreamPorts : IDisposable
{
    /// <summary>Connections of peers at a time; a stranger gets one until its <see cref="StreamChannel"/> has waited long enough for a message.</summary>
    private const int MaxAccepted = 64;

    private static readonly TimeSpan DialTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<IPEndPoint, StreamChannel> _channels = new();
    private readonly ConcurrentDictionary<IPEndPoint, byte> _dialing = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly IPAddress _local;
    private readonly IDatagramReceiver _receiver;
    private readonly Lock _listening = new();
    private Socket? _listener;
    private int _accepted;
    private long _unsent;

    public StreamPorts(IPAddress local, IDatagramReceiver receiver)
    {
        _local = local;
        _receiver = receiver;
    }

    /// <summary>Messages that found no connection, or one that was full.</summary>
    public long Unsent => Interlocked.Read(ref _unsent) + _channels.Values.Sum(channel => channel.Unsent);

    /// <summary>Whether peers may open connections to us.</summary>
    public bool IsListening => _listener is not null;

    /// <summary>Lets peers open connections from now on; where the port is taken, it is not done.</summary>
    public void Listen()
    {
        lock (_listening)
        {
            if (_listener is null && TryListen(_local) is { } listener)
            {
                _listener = listener;
                _ = AcceptAsync(listener);
            }
        }
    }

    /// <summary>Sends an IKE message over the connection of its path, which is opened where it is ours to open.</summary>
    public void SendIke(in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (_channels.TryGetValue(path.Remote, out StreamChannel? channel))
        {
            channel.SendIke(message);
            return;
        }

        // Only port 4500 can be opened; to another one the peer has opened, and will again (RFC 9329 6).
        if (path.Remote.Port == PeerPath.NatTraversalPort)
            Dial(path, message.ToArray());
        else
            Interlocked.Increment(ref _unsent);
    }

    /// <summary>Sends an ESP packet over the connection of its path; without one it is lost.</summary>
    public void SendEsp(in PeerPath path, ReadOnlySpan<byte> packet)
    {
        if (_channels.TryGetValue(path.Remote, out StreamChannel? channel))
            channel.SendEsp(packet);
        else
            Interlocked.Increment(ref _unsent);
    }

    public void Dispose()
    {
        if (_closing.IsCancellationRequested)
            return;
        _closing.Cancel();
        _listener?.Dispose();
        foreach (StreamChannel channel in _channels.Values)
            channel.Dispose();
    }

    private static Socket? TryListen(IPAddress local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(local, PeerPath.NatTraversalPort));
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_closing.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(_closing.Token);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                continue;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            if (Interlocked.Increment(ref _accepted) <= MaxAccepted)
                _ = ServeAcceptedAsync(socket);
            else
                Refuse(socket);
        }
    }

    private void Refuse(Socket socket)
    {
        Interlocked.Decrement(ref _accepted);
        socket.Dispose();
    }

    private async Task ServeAcceptedAsync(Socket socket)
    {
        var path = new PeerPath((IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!, IsTcp: true);
        await ServeAsync(new StreamChannel(socket, path, isDialed: false));
        Interlocked.Decrement(ref _accepted);
    }

    /// <summary>Opens the connection once, however many messages wait for it; <paramref name="first"/> is sent, the others are repeated by IKE.</summary>
    private void Dial(PeerPath path, byte[] first)
    {
        if (!_dialing.TryAdd(path.Remote, 0))
        {
            Interlocked.Increment(ref _unsent);
            return;
        }
        _ = DialAsync(path, first);
    }

    private async Task DialAsync(PeerPath path, byte[] first)
    {
        var socket = new Socket(path.Remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        StreamChannel? channel = null;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
            limit.CancelAfter(DialTime);
            socket.Bind(new IPEndPoint(_local, 0));
            await socket.ConnectAsync(path.Remote, limit.Token);
            channel = new StreamChannel(socket, path, isDialed: true);
            channel.SendIke(first);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            socket.Dispose();
            Interlocked.Increment(ref _unsent);
        }
        Task serving = channel is null ? Task.CompletedTask : ServeAsync(channel);
        _dialing.TryRemove(path.Remote, out _);
        await serving;
    }

    private async Task ServeAsync(StreamChannel channel)
    {
        // A peer that comes again from the same port has forgotten the connection before.
        _channels.AddOrUpdate(channel.Path.Remote, channel, (_, old) =>
        {
            old.Dispose();
            return channel;
        });
        if (_closing.IsCancellationRequested)
            channel.Dispose();
        await channel.RunAsync(_receiver);
        _channels.TryRemove(new KeyValuePair<IPEndPoint, StreamChannel>(channel.Path.Remote, channel));
        Interlocked.Add(ref _unsent, channel.Unsent);
    }
}

using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>One TCP connection that carries IKE and ESP (RFC 9329), until either end closes it.</summary>
/// <remarks>Sends from any thread: what does not fit into the queue is lost, as on a network that is full.</remarks>
internal sealed class StreamChannel : IDisposable
{
    private const int QueueLength = 1024;
    private const int BufferLength = 2 * StreamFraming.LongestFrame;

    /// <summary>Messages are gathered into one write up to here.</summary>
    private const int WriteLength = 64 * 1024;

    /// <summary>Until the peer has sent the prefix and a first message.</summary>
    private static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which nobody is there any more: liveness checks come more often.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(5);

    private readonly Channel<ArraySegment<byte>> _outgoing = Channel.CreateBounded<ArraySegment<byte>>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Socket _socket;
    private readonly bool _isDialed;
    private long _unsent;

    /// <param name="socket">Connected; owned from here on.</param>
    /// <param name="path">What the IKE core calls this connection.</param>
    /// <param name="isDialed">We opened it, and so the prefix is ours to send.</param>
    public StreamChannel(Socket socket, PeerPath path, bool isDialed)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _isDialed = isDialed;
        Path = path;
    }

    public PeerPath Path { get; }

    /// <summary>Messages that found the queue full or the connection closed.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    public void SendIke(ReadOnlySpan<byte> message)
    {
        ArraySegment<byte> frame = Rent(StreamFraming.IkeFrameLength(message.Length));
        StreamFraming.WriteIke(frame, message);
        Enqueue(frame);
    }

    public void SendEsp(ReadOnlySpan<byte> packet)
    {
        ArraySegment<byte> frame = Rent(StreamFraming.EspFrameLength(packet.Length));
        StreamFraming.WriteEsp(frame, packet);
        Enqueue(frame);
    }

    /// <summary>Carries messages both ways until the connection ends, for whatever reason.</summary>
    public async Task RunAsync(IDatagramReceiver receiver)
    {
        Task writing = WriteAsync();
        try
        {
            await ReadAsync(receiver);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Reset, timed out, closed by us: the IKE core notices by its own timers.
        }
        Dispose();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _outgoing.Writer.TryComplete();
        _socket.Dispose();
    }

    private static ArraySegment<byte> Rent(int length) => new(ArrayPool<byte>.Shared.Rent(length), 0, length);

    private void Enqueue(ArraySegment<byte> frame)
    {
        if (_outgoing.Writer.TryWrite(frame))
            return;
        ArrayPool<byte>.Shared.Return(frame.Array!);
        Interlocked.Increment(ref _unsent);
    }

    private async Task ReadAsync(IDatagramReceiver receiver)
    {
        byte[] buffer = new byte[BufferLength];
        OpenedBatch opened = receiver.CreateBatch();
        int length = 0;
        bool isOpen = _isDialed;
        using var idle = new CancellationTokenSource(isOpen ? IdleTime : OpeningTime);
        while (true)
        {
            int read = await _socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, idle.Token);
            if (read == 0)
                return;
            length += read;
            if (!isOpen)
            {
                if (length < StreamFraming.Prefix.Length)
                    continue;
                if (!buffer.AsSpan().StartsWith(StreamFraming.Prefix))
                    return;                                              // RFC 9329 4: something else, which is none of ours.
                isOpen = true;
                length = Drop(buffer, length, StreamFraming.Prefix.Length);
            }

            int used = Deliver(receiver, opened, buffer.AsMemory(0, length));
            if (used < 0)
                return;
            if (used > 0)
                idle.CancelAfter(IdleTime);
            length = Drop(buffer, length, used);
        }
    }

    /// <returns>Octets used; -1 where the stream makes no sense.</returns>
    private int Deliver(IDatagramReceiver receiver, OpenedBatch opened, ReadOnlyMemory<byte> received)
    {
        int used = 0;
        while (true)
        {
            int frame = StreamFraming.Read(received[used..], out DatagramKind kind, out ReadOnlyMemory<byte> content);
            if (frame <= 0)
                return frame < 0 ? frame : used;
            used += frame;
            if (kind == DatagramKind.Ike)
                receiver.ReceiveIke(Path, content.Span);
            else if (kind == DatagramKind.Esp)
                Deliver(receiver, opened, new EspDatagram(Path, MemoryMarshal.AsMemory(content)));   // Of our own buffer.
        }
    }

    private static void Deliver(IDatagramReceiver receiver, OpenedBatch opened, in EspDatagram packet)
    {
        receiver.OpenEsp(new ReadOnlySpan<EspDatagram>(in packet), opened);
        opened.Accept();
        opened.Deliver();
    }

    private static int Drop(byte[] buffer, int length, int used)
    {
        buffer.AsSpan(used, length - used).CopyTo(buffer);
        return length - used;
    }

    private async Task WriteAsync()
    {
        byte[] gathered = new byte[WriteLength + StreamFraming.LongestFrame];
        if (_isDialed)
            await SendAllAsync(StreamFraming.Prefix.ToArray());
        while (await _outgoing.Reader.WaitToReadAsync())
        {
            int length = 0;
            while (length < WriteLength && _outgoing.Reader.TryRead(out ArraySegment<byte> frame))
            {
                frame.CopyTo(gathered, length);
                length += frame.Count;
                ArrayPool<byte>.Shared.Return(frame.Array!);
            }
            await SendAllAsync(gathered.AsMemory(0, length));
        }
    }

    private async Task SendAllAsync(ReadOnlyMemory<byte> octets)
    {
        while (!octets.IsEmpty)
            octets = octets[await _socket.SendAsync(octets, SocketFlags.None)..];
    }
}

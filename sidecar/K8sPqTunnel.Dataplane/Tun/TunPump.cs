using K8sPqTunnel.Dataplane.Interop;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>Reads one queue of a TUN interface on a thread of its own and hands the frames on in batches, until it is disposed.</summary>
/// <remarks>
/// A thread, not the thread pool: it spends its life in poll(2) or in encryption, and the pool's other work must not wait for
/// either. An event descriptor ends it, so there is no timeout to wait for.
/// </remarks>
internal sealed class TunPump : IDisposable
{
    /// <summary>Frames of a batch at most.</summary>
    public const int BatchSize = 64;

    private const int LongestFrame = VirtioNetHeader.Length + 65535;

    /// <summary>A batch that has as many octets is handed on: it fills a send as it is, and should still be in the cache.</summary>
    private const int FullBatch = 65536;

    private const int NonBlockingCloseOnExec = 0x80800;     // EFD_NONBLOCK | EFD_CLOEXEC
    private const int NoTimeout = -1;
    private const int Ipv6HeaderLength = 40;

    private readonly TunQueue _queue;
    private readonly BatchHandler _handler;
    private readonly Action<TunException> _failed;
    private readonly SafeFileHandle _stop = Libc.EventDescriptor(0, NonBlockingCloseOnExec);
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(FullBatch + LongestFrame, pinned: true);
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <summary>Starts reading.</summary>
    /// <param name="handler">Called on the pump's thread; must not throw.</param>
    /// <param name="failed">Called on the pump's thread when the interface is lost, which ends it.</param>
    public TunPump(TunQueue queue, string name, BatchHandler handler, Action<TunException> failed)
    {
        _queue = queue;
        _handler = handler;
        _failed = failed;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <param name="frames">Each a <see cref="VirtioNetHeader"/> and a packet; valid only during the call.</param>
    public delegate void BatchHandler(ReadOnlySpan<ReadOnlyMemory<byte>> frames);

    public void Dispose()
    {
        _stopping = true;
        _ = Libc.Write(_stop, BitConverter.GetBytes(1ul), sizeof(ulong));
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        Span<PollEntry> entries =
        [
            new PollEntry { Descriptor = (int)_queue.Descriptor.DangerousGetHandle(), Requested = PollEntry.Readable },
            new PollEntry { Descriptor = (int)_stop.DangerousGetHandle(), Requested = PollEntry.Readable },
        ];
        var frames = new ReadOnlyMemory<byte>[BatchSize];
        try
        {
            while (!_stopping)
            {
                int count = ReadBatch(frames, out bool isEmpty);
                if (count > 0)
                    _handler(frames.AsSpan(0, count));
                // While packets keep coming there is nothing to wait for. A wait that a signal interrupts is begun again.
                if (isEmpty)
                    _ = Libc.Poll(entries, (nuint)entries.Length, NoTimeout);
            }
        }
        catch (TunException lost)
        {
            _failed(lost);
        }
    }

    private int ReadBatch(ReadOnlyMemory<byte>[] frames, out bool isEmpty)
    {
        int count = 0;
        int used = 0;
        isEmpty = false;
        while (count < BatchSize && used < FullBatch)
        {
            if (!_queue.TryRead(_buffer.AsSpan(used), out int length))
            {
                isEmpty = true;
                break;
            }
            if (length <= VirtioNetHeader.Length || IsHousekeeping(_buffer.AsSpan(used + VirtioNetHeader.Length, length - VirtioNetHeader.Length)))
                continue;
            frames[count++] = _buffer.AsMemory(used, length);
            used += length;
        }
        return count;
    }

    /// <summary>
    /// The kernel's own IPv6 housekeeping on the interface (multicast reports, router solicitations) is nobody's loss: it is what goes
    /// to or comes from an address of the link alone, fe80::/10 or ff02::/16 (RFC 4291 2.5.6, 2.7).
    /// </summary>
    private static bool IsHousekeeping(ReadOnlySpan<byte> packet)
    {
        if (packet[0] >> 4 != 6 || packet.Length < Ipv6HeaderLength)
            return false;
        bool fromLink = packet[8] == 0xfe && (packet[9] & 0xc0) == 0x80;
        bool toLink = packet[24] == 0xff && (packet[25] & 0x0f) <= 2;
        return fromLink || toLink;
    }
}

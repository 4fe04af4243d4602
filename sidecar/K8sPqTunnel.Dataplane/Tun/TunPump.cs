using K8sPqTunnel.Dataplane.Interop;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>Reads a TUN interface on a thread of its own and hands the packets on in batches, until it is disposed.</summary>
/// <remarks>
/// A thread, not the thread pool: it spends its life in poll(2) or in encryption, and the pool's other work must not wait for
/// either. An event descriptor ends it, so there is no timeout to wait for.
/// </remarks>
internal sealed class TunPump : IDisposable
{
    private const int BatchSize = 32;
    private const int LongestPacket = 65535;

    /// <summary>Octets of a batch: as many packets of ordinary size, or at least one of any.</summary>
    private const int BatchLength = LongestPacket + (BatchSize * 2048);
    private const int NonBlockingCloseOnExec = 0x80800;     // EFD_NONBLOCK | EFD_CLOEXEC
    private const int NoTimeout = -1;
    private const int Ipv6HeaderLength = 40;

    private readonly TunDevice _device;
    private readonly BatchHandler _handler;
    private readonly Action<TunException> _failed;
    private readonly SafeFileHandle _stop = Libc.EventDescriptor(0, NonBlockingCloseOnExec);
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BatchLength, pinned: true);
    private readonly Thread _thread;

    /// <summary>Starts reading.</summary>
    /// <param name="handler">Called on the pump's thread; must not throw.</param>
    /// <param name="failed">Called on the pump's thread when the interface is lost, which ends it.</param>
    public TunPump(TunDevice device, BatchHandler handler, Action<TunException> failed)
    {
        _device = device;
        _handler = handler;
        _failed = failed;
        _thread = new Thread(Run) { Name = device.Name, IsBackground = true };
        _thread.Start();
    }

    /// <param name="packets">Valid only during the call.</param>
    public delegate void BatchHandler(ReadOnlySpan<ReadOnlyMemory<byte>> packets);

    public void Dispose()
    {
        _ = Libc.Write(_stop, BitConverter.GetBytes(1ul), sizeof(ulong));
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        Span<PollEntry> entries =
        [
            new PollEntry { Descriptor = (int)_device.Descriptor.DangerousGetHandle(), Requested = PollEntry.Readable },
            new PollEntry { Descriptor = (int)_stop.DangerousGetHandle(), Requested = PollEntry.Readable },
        ];
        var packets = new ReadOnlyMemory<byte>[BatchSize];
        try
        {
            while (true)
            {
                if (Libc.Poll(entries, (nuint)entries.Length, NoTimeout) < 0)
                    continue;                                           // Interrupted by a signal.
                if (entries[1].Returned != 0)
                    return;
                int count = ReadBatch(packets);
                if (count > 0)
                    _handler(packets.AsSpan(0, count));
            }
        }
        catch (TunException lost)
        {
            _failed(lost);
        }
    }

    private int ReadBatch(ReadOnlyMemory<byte>[] packets)
    {
        int count = 0;
        int used = 0;
        while (count < BatchSize && _buffer.Length - used >= LongestPacket)
        {
            if (!_device.TryRead(_buffer.AsSpan(used), out int length))
                break;
            if (IsHousekeeping(_buffer.AsSpan(used, length)))
                continue;
            packets[count++] = _buffer.AsMemory(used, length);
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
        if (packet.IsEmpty)
            return true;
        if (packet[0] >> 4 != 6 || packet.Length < Ipv6HeaderLength)
            return false;
        bool fromLink = packet[8] == 0xfe && (packet[9] & 0xc0) == 0x80;
        bool toLink = packet[24] == 0xff && (packet[25] & 0x0f) <= 2;
        return fromLink || toLink;
    }
}

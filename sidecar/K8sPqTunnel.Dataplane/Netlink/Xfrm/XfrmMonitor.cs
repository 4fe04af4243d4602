using K8sPqTunnel.Dataplane.Interop;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Listens to what the kernel tells by itself, on a thread of its own, until it is disposed.</summary>
/// <remarks>For the network namespace of the thread that makes it. An event descriptor ends it, so there is no timeout to wait for.</remarks>
internal sealed class XfrmMonitor : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x80800;     // EFD_NONBLOCK | EFD_CLOEXEC
    private const int NoTimeout = -1;

    // enum xfrm_nlgroups.
    private const int AcquireGroup = 1;
    private const int ExpireGroup = 2;
    private const int MappingGroup = 8;

    private readonly NetlinkSocket _socket = new(NetlinkProtocol.Xfrm);
    private readonly SafeFileHandle _stop = Libc.EventDescriptor(0, NonBlockingCloseOnExec);
    private readonly Action<XfrmEvent> _told;
    private readonly Thread _thread;

    /// <param name="told">Called on the monitor's thread; must not throw, and not dispose the monitor.</param>
    /// <exception cref="NetlinkException">The kernel has no XFRM, or we may not listen.</exception>
    public XfrmMonitor(Action<XfrmEvent> told)
    {
        _told = told;
        try
        {
            _socket.Join(AcquireGroup, ExpireGroup, MappingGroup);
        }
        catch
        {
            _socket.Dispose();
            _stop.Dispose();
            throw;
        }
        _thread = new Thread(Run) { Name = "xfrm monitor", IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _ = Libc.Write(_stop, BitConverter.GetBytes(1ul), sizeof(ulong));
        _thread.Join();
        _stop.Dispose();
        _socket.Dispose();
    }

    private void Run()
    {
        Span<PollEntry> entries =
        [
            new PollEntry { Descriptor = _socket.Descriptor, Requested = PollEntry.Readable },
            new PollEntry { Descriptor = (int)_stop.DangerousGetHandle(), Requested = PollEntry.Readable },
        ];
        while (true)
        {
            if (Libc.Poll(entries, (nuint)entries.Length, NoTimeout) < 0)
                continue;                                               // Interrupted by a signal.
            if (entries[1].Returned != 0)
                return;
            ReadOne();
        }
    }

    private void ReadOne()
    {
        try
        {
            NetlinkMessages messages = _socket.ReceiveDatagram("listen to the kernel's XFRM");
            while (messages.TryRead(out NetlinkMessage message))
            {
                if (XfrmEventFormat.Read(message) is { } told)
                    _told(told);
            }
        }
        catch (NetlinkException overrun) when (overrun.ErrorNumber == Errno.NoBuffers)
        {
            _told(new XfrmEvent.Overrun());
        }
        catch (NetlinkException nothing) when (nothing.ErrorNumber == Errno.TryAgain)
        {
            // What poll(2) saw was gone when it was to be read.
        }
    }
}

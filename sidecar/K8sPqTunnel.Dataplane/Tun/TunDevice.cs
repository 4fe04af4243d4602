using System.Runtime.InteropServices;
using System.Text;
using K8sPqTunnel.Dataplane.Interop;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>A TUN interface: what the kernel routes into it we read, what we write arrives from it. It goes when it is disposed.</summary>
internal sealed class TunDevice : IDisposable
{
    private const string DevicePath = "/dev/net/tun";
    private const int OpenFlags = 0x2 | 0x800 | 0x80000;    // O_RDWR | O_NONBLOCK | O_CLOEXEC
    private const nuint SetInterface = 0x400454ca;          // TUNSETIFF
    private const nuint SetOffload = 0x400454d0;            // TUNSETOFFLOAD
    private const int InterfaceRequestLength = 40;          // struct ifreq
    private const int NameLength = 16;                      // IFNAMSIZ, with the terminating zero

    // IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE: bare IP behind a header for the offloads (Linux 2.6.27), several queues (3.8).
    private const ushort Flags = 0x0001 | 0x1000 | 0x4000 | 0x0100;
    private const ushort Exclusive = 0x8000;                // IFF_TUN_EXCL: not one that is there already

    private readonly TunQueue[] _queues;

    /// <summary>Makes the interface, down and without addresses.</summary>
    /// <param name="queues">How many; the kernel keeps each flow to one of them.</param>
    /// <param name="wanted">What of the offloads to ask for.</param>
    /// <exception cref="TunException">There is no TUN here, we may not use it, or the name is taken.</exception>
    public TunDevice(string name, int queues = 1, TunOffloads wanted = TunOffloads.All)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Encoding.UTF8.GetByteCount(name), NameLength, nameof(name));
        Name = name;
        _queues = new TunQueue[queues];
        try
        {
            for (int i = 0; i < queues; i++)
                _queues[i] = new TunQueue(name, Attach(i == 0 ? Flags | Exclusive : Flags));
        }
        catch (TunException)
        {
            Dispose();
            throw;
        }
        Offloads = Enable(wanted) ?? Enable(wanted & TunOffloads.Tcp) ?? TunOffloads.None;
    }

    public string Name { get; }

    public IReadOnlyList<TunQueue> Queues => _queues;

    /// <summary>What this kernel can leave to us.</summary>
    public TunOffloads Offloads { get; }

    public void Dispose()
    {
        foreach (TunQueue? queue in _queues)
            queue?.Descriptor.Dispose();
    }

    private SafeFileHandle Attach(int flags)
    {
        SafeFileHandle descriptor = Libc.Open(DevicePath, OpenFlags);
        if (descriptor.IsInvalid)
            throw TunException.FromOpen(DevicePath, Errno.Last);
        Span<byte> request = stackalloc byte[InterfaceRequestLength];
        request.Clear();
        Encoding.UTF8.GetBytes(Name, request);
        MemoryMarshal.Write(request[NameLength..], (ushort)flags);
        if (Libc.Control(descriptor, SetInterface, request) == 0)
            return descriptor;
        int error = Errno.Last;
        descriptor.Dispose();
        throw TunException.FromCreate(Name, error);
    }

    private TunOffloads? Enable(TunOffloads offloads) =>
        Libc.Control(_queues[0].Descriptor, SetOffload, (nuint)offloads) == 0 ? offloads : null;
}

using System.Runtime.InteropServices;
using System.Text;
using K8sPqTunnel.Dataplane.Interop;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>A TUN interface: what the kernel routes into it we read, what we write arrives from it. It goes when it is disposed.</summary>
/// <remarks>Packets are bare IP (IFF_NO_PI). Reading is one thread's, writing may be any's; neither blocks.</remarks>
internal sealed class TunDevice : IDisposable
{
    private const string DevicePath = "/dev/net/tun";
    private const int OpenFlags = 0x2 | 0x800 | 0x80000;    // O_RDWR | O_NONBLOCK | O_CLOEXEC
    private const nuint SetInterface = 0x400454ca;          // TUNSETIFF
    private const short TunWithoutPacketInfo = 0x1001;      // IFF_TUN | IFF_NO_PI
    private const int InterfaceRequestLength = 40;          // struct ifreq
    private const int NameLength = 16;                      // IFNAMSIZ, with the terminating zero

    /// <summary>Makes the interface, down and without addresses.</summary>
    /// <exception cref="TunException">There is no TUN here, we may not use it, or the name is taken.</exception>
    public TunDevice(string name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Encoding.UTF8.GetByteCount(name), NameLength, nameof(name));
        Name = name;
        Descriptor = Libc.Open(DevicePath, OpenFlags);
        if (Descriptor.IsInvalid)
            throw TunException.FromOpen(DevicePath, Errno.Last);

        Span<byte> request = stackalloc byte[InterfaceRequestLength];
        request.Clear();
        Encoding.UTF8.GetBytes(name, request);
        MemoryMarshal.Write(request[NameLength..], TunWithoutPacketInfo);
        if (Libc.Control(Descriptor, SetInterface, request) < 0)
        {
            int error = Errno.Last;
            Descriptor.Dispose();
            throw TunException.FromCreate(name, error);
        }
    }

    public string Name { get; }

    /// <summary>For waiting on.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>Reads one packet; false when there is none now.</summary>
    /// <exception cref="TunException">The interface is gone.</exception>
    public bool TryRead(Span<byte> buffer, out int length)
    {
        nint read = Libc.Read(Descriptor, buffer, buffer.Length);
        length = (int)Math.Max(read, 0);
        if (read >= 0)
            return true;
        int error = Errno.Last;
        return error is Errno.TryAgain or Errno.Interrupted ? false : throw TunException.FromRead(Name, error);
    }

    /// <summary>Lets a packet arrive from the interface; false when the kernel doesn't take it, for example because the interface is down.</summary>
    public bool TryWrite(ReadOnlySpan<byte> packet) => Libc.Write(Descriptor, packet, packet.Length) == packet.Length;

    public void Dispose() => Descriptor.Dispose();
}

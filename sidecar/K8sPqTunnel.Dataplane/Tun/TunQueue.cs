using K8sPqTunnel.Dataplane.Interop;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>One queue of a TUN interface. Reading is one thread's, writing may be any's; neither blocks.</summary>
/// <remarks>Frames are a <see cref="VirtioNetHeader"/> and an IP packet, or with segmentation a packet too large for the interface.</remarks>
internal sealed class TunQueue(string device, SafeFileHandle descriptor)
{
    /// <summary>For waiting on.</summary>
    public SafeFileHandle Descriptor => descriptor;

    /// <summary>Reads one frame; false when there is none now.</summary>
    /// <exception cref="TunException">The interface is gone.</exception>
    public bool TryRead(Span<byte> buffer, out int length)
    {
        nint read = Libc.Read(descriptor, buffer, buffer.Length);
        length = (int)Math.Max(read, 0);
        if (read >= 0)
            return true;
        int error = Errno.Last;
        return error is Errno.TryAgain or Errno.Interrupted ? false : throw TunException.FromRead(device, error);
    }

    /// <summary>Lets a frame arrive from the interface; false when the kernel doesn't take it, for example because the interface is down.</summary>
    public unsafe bool TryWrite(ReadOnlySpan<IoVector> frame)
    {
        bool held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            fixed (IoVector* vectors = frame)
                return Libc.WriteVector((int)descriptor.DangerousGetHandle(), vectors, frame.Length) > 0;
        }
        catch (ObjectDisposedException)
        {
            return false;                                               // Closed between the look and the write.
        }
        finally
        {
            if (held)
                descriptor.DangerousRelease();
        }
    }
}

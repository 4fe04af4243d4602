using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Interop;

/// <summary>struct mmsghdr of sendmmsg(2): a message with its address and control data, and how many of its octets went.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public int NameLength;
    public IoVector* Vectors;
    public nint VectorCount;
    public byte* Control;
    public nint ControlLength;
    public int Flags;
    private readonly int _padding;                                      // struct msghdr ends on a boundary of 8.
    public int Transferred;
}

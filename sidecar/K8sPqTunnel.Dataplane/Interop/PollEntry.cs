using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Interop;

/// <summary>struct pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    /// <summary>There is something to read.</summary>
    public const short Readable = 0x001;

    /// <summary>There is an error to hear of.</summary>
    public const short Error = 0x008;

    public int Descriptor;
    public short Requested;
    public short Returned;
}
